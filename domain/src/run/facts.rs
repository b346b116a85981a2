//! What deciding about a run takes from elsewhere.

use std::fmt;
use std::sync::Arc;

use crate::organization::Organization;
use crate::workflow::Compiled;
use crate::{Candidates, MemberId, TeamId, UserId};

/// The facts for a command to a run.
#[derive(Clone)]
pub struct RunFacts {
    /// The definition of the version that the run is on, or is to start on.
    pub definition: Arc<Compiled>,
    /// The people of the run's organization.
    pub people: Arc<dyn People>,
}

impl fmt::Debug for RunFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunFacts")
            .field("definition", &self.definition.definition().code)
            .finish_non_exhaustive()
    }
}

/// Finds the people that definitions name.
pub trait People: Send + Sync {
    /// The person with this id of a member or of a user; `None` for a stranger.
    fn user(&self, id: &str) -> Option<UserId>;
    /// The team with this id or this name; `None` where there is none.
    fn team(&self, id_or_name: &str) -> Option<TeamId>;
    /// How many different people are among the candidates.
    fn headcount(&self, candidates: &Candidates) -> u32;
}

impl People for Organization {
    fn user(&self, id: &str) -> Option<UserId> {
        if let Ok(member) = id.parse::<MemberId>() {
            return self.user_of(member);
        }
        id.parse().ok().filter(|user| self.member_of(*user).is_some())
    }

    fn team(&self, id_or_name: &str) -> Option<TeamId> {
        let id = id_or_name.parse::<TeamId>().ok().filter(|id| Self::team(self, *id).is_some());
        id.or_else(|| self.teams().find(|(_, team)| team.name == id_or_name).map(|(id, _)| id))
    }

    fn headcount(&self, candidates: &Candidates) -> u32 {
        u32::try_from(Self::headcount(self, candidates)).unwrap_or(u32::MAX)
    }
}
