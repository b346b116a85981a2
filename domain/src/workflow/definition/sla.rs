//! What a definition promises about time.

use super::{Calendar, Who};
use crate::workflow::Period;

/// What is promised about the time of a step, from its activation on.
#[derive(Debug, Default)]
pub struct Promise {
    /// When it is due.
    pub due: Option<Period>,
    /// When to warn.
    pub warn: Option<Period>,
    /// What happens when it is still open later on.
    pub escalate: Vec<EscalationRule>,
    /// The working hours that count; `None` for elapsed time.
    pub calendar: Option<Calendar>,
    /// Whether the time that it is blocked does not count.
    pub pause_while_blocked: bool,
}

/// One escalation.
#[derive(Debug)]
pub struct EscalationRule {
    /// How long after the activation.
    pub after: Period,
    /// What it does.
    pub action: Escalate,
}

/// What an escalation does.
#[derive(Debug)]
pub enum Escalate {
    /// Gives the work to others, or asks them too.
    To(Vec<Who>),
    /// Only tells them.
    Notify(Vec<Who>),
    /// Ends the work with this outcome.
    Decide(String),
}
