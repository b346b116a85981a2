//! The state of a run: where its tokens are, and what came of each step the last time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Arrival, RaisedId, StepResult, StepType, Subject};
use crate::{RunId, StepId, UserId, WorkflowId};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is under way, perhaps with incidents.
    Running,
    /// It came to an end of its definition.
    Completed,
    /// Somebody ended it.
    Cancelled,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        })
    }
}

/// A run under way or ended. It holds no history: live tokens, and each step's last result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    /// Its id.
    pub id: RunId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// The workflow's code.
    pub code: String,
    /// The version that it is on.
    pub version: u32,
    /// What it is about.
    pub subject: Option<Subject>,
    /// The person who started it; `None` where a program did.
    pub started_by: Option<UserId>,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// Where it stands.
    pub status: Status,
    /// The outcome of the end that a token came to last.
    pub outcome: Option<String>,
    /// The variables, with the marks of what is personal.
    pub variables: Arc<Map<String, Value>>,
    /// How many steps have been activated.
    pub activations: u32,
    /// The activations that hold a token.
    pub active: BTreeMap<StepId, Activation>,
    /// What came of each step, by its key.
    pub steps: BTreeMap<String, Visits>,
    /// Tokens that wait at joins, in the order in which they came.
    pub waiting: Vec<Waiting>,
    /// Tokens on transitions; none between commands.
    pub moving: Vec<Moving>,
}

/// An activation that holds a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// The step's key.
    pub key: String,
    /// The step's type.
    pub step_type: StepType,
    /// What it is doing.
    pub state: ActivationState,
    /// The joins that have passed without it, and absorb it when it comes.
    pub outrun: BTreeSet<String>,
}

/// What an activation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivationState {
    /// It only routes; or it is an end.
    Routing,
    /// Its task or approval is under way.
    Raised(RaisedId),
    /// It pauses.
    Waiting {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// It cannot go on without a person's help; what it had raised has ended.
    Incident,
}

/// What came of a step so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Visits {
    /// How many times it has been activated.
    pub attempts: u32,
    /// The last result; `None` before it was done once.
    pub result: Option<Arc<StepResult>>,
}

/// A token that waits at a join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The key of the step with the join.
    pub key: String,
    /// The token.
    pub arrival: Arrival,
    /// The joins that have passed without it.
    pub outrun: BTreeSet<String>,
}

/// A token on a transition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// The key of the step that it comes from; `None` for the run's first token.
    pub from: Option<String>,
    /// The token.
    pub arrival: Arrival,
    /// The joins that have passed without it.
    pub outrun: BTreeSet<String>,
}
