//! Due dates, warnings and escalations of work.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Candidates;

/// What is promised about the time of one piece of work, in points of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// When it is due; `None` where nothing is promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// When to warn that it will soon be due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<DateTime<Utc>>,
    /// What happens when it is still open later on, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
}

/// One escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// When it happens.
    pub at: DateTime<Utc>,
    /// What it does.
    #[serde(flatten)]
    pub action: EscalationAction,
}

/// What an escalation does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationAction {
    /// Gives the work to others: a task gets these candidates and loses its holder, an approval gets them
    /// as further approvers of the open level.
    To(Candidates),
    /// Only tells them.
    Notify(Candidates),
    /// Ends the work with this outcome.
    Decide(String),
}

/// One timer of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKey {
    /// Warns.
    Warn,
    /// Records the breach.
    Due,
    /// Fires the escalation with this index.
    Escalate(u32),
    /// Ends a wait.
    Wake,
}
