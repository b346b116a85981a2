//! Whom a definition means.

use crate::organization::RoleName;
use crate::workflow::Expression;

/// One person, or a group of people.
#[derive(Debug)]
pub enum Who {
    /// A person, by the id of the member or of the user.
    User(String),
    /// Everybody who holds the role.
    Role(RoleName),
    /// Everybody in the team, by its id or its name.
    Team(String),
    /// Whoever the expression names: a member's, user's or team's id, or a list of them.
    Expr(Expression),
}

/// Whom a task is for.
#[derive(Debug)]
pub struct Assign {
    /// The candidates. A single person among them holds the task at once.
    pub who: Vec<Who>,
    /// How one of the candidates comes to hold it.
    pub strategy: Strategy,
}

/// How one of several candidates comes to hold a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Whoever claims it first.
    #[default]
    Claim,
    /// Each in turn.
    RoundRobin,
    /// Whoever holds the fewest open tasks.
    LeastLoaded,
}
