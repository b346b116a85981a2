//! Why a command to a task is refused.

use chrono::{DateTime, Utc};

use super::Status;
use crate::organization::Permission;
use crate::{Fault, RunId, TimerKey, UserId};

/// A refusal; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefusal {
    /// There is no such task.
    #[error("there is no such task")]
    NotFound,
    /// The id is taken.
    #[error("the task exists already")]
    Exists,
    /// It has ended.
    #[error("the task is {status} already")]
    Closed {
        /// How it ended.
        status: Status,
    },
    /// The actor's roles or scopes do not carry the permission.
    #[error("this needs the permission `{}`", .permission.as_str())]
    MissingPermission {
        /// The permission that is missing.
        permission: Permission,
    },
    /// Somebody else holds it.
    #[error(
        "somebody else holds the task: have it assigned to you, which needs the permission `task:manage`"
    )]
    HeldByOther {
        /// Whoever holds it.
        holder: UserId,
    },
    /// Whoever asks holds it already.
    #[error("you hold the task already")]
    HeldAlready,
    /// Nobody holds it.
    #[error("nobody holds the task: claim it first")]
    NotHeld,
    /// It is for other people, roles or teams.
    #[error(
        "the task is not for you: neither you nor a role or team of yours is among its candidates"
    )]
    NotCandidate,
    /// Neither its creator nor somebody who manages tasks asks.
    #[error(
        "only whoever created the task may do this, or somebody with the permission `task:manage`"
    )]
    NotCreator,
    /// Neither its holder, nor its creator, nor somebody who manages tasks asks.
    #[error(
        "only whoever holds or created the task may do this, or somebody with the permission `task:manage`"
    )]
    NotHolder,
    /// Neither somebody who takes part in it nor somebody who reads all tasks asks.
    #[error(
        "only those who take part in the task may do this, or somebody with the permission `task:read`"
    )]
    NotInvolved,
    /// A program asks for what only a person can do.
    #[error("only a person can hold a task")]
    NotAPerson,
    /// Nobody would be left who could do it.
    #[error("the task would be for nobody: name an assignee, or candidates")]
    ForNobody,
    /// It is started already.
    #[error("the task is in progress already")]
    StartedAlready,
    /// Its run decides when it ends.
    #[error("the task belongs to the run {run}: cancel the run, or complete the task")]
    RaisedByRun {
        /// The run.
        run: RunId,
    },
    /// It has outcomes, and none was chosen.
    #[error("choose an outcome: {}", .outcomes.join(", "))]
    OutcomeMissing {
        /// The outcomes that it names.
        outcomes: Vec<String>,
    },
    /// The outcome is not one that it names.
    #[error("`{outcome}` is not an outcome of the task, which has {}", named(.outcomes))]
    UnknownOutcome {
        /// What was chosen.
        outcome: String,
        /// The outcomes that it names.
        outcomes: Vec<String>,
    },
    /// The data does not satisfy its form.
    #[error("the form has faults: {}", Fault::list(.faults))]
    FormFaults {
        /// Every fault, with paths into the data.
        faults: Vec<Fault>,
    },
    /// The command itself has faults.
    #[error("{}", Fault::list(.faults))]
    Invalid {
        /// Every fault, with paths into the input.
        faults: Vec<Fault>,
    },
    /// The task has no such timer.
    #[error("the task has no such timer")]
    UnknownTimer {
        /// The timer that was to fire.
        timer: TimerKey,
    },
    /// The timer has fired.
    #[error("the timer has fired already")]
    TimerFired {
        /// The timer that was to fire.
        timer: TimerKey,
    },
    /// The timer's time has not come.
    #[error("the timer is due at {due_at}")]
    TimerNotDue {
        /// When it is due.
        due_at: DateTime<Utc>,
    },
    /// Only Docket itself does this.
    #[error("only Docket itself does this")]
    OnlyDocket,
}

fn named(outcomes: &[String]) -> String {
    if outcomes.is_empty() { "none".to_owned() } else { outcomes.join(", ") }
}

impl TaskRefusal {
    /// The refusal's stable name in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Exists => "ALREADY_EXISTS",
            Self::Closed { .. } => "TASK_CLOSED",
            Self::MissingPermission { .. } | Self::OnlyDocket => "FORBIDDEN",
            Self::HeldByOther { .. } => "HELD_BY_OTHER",
            Self::HeldAlready => "HELD_ALREADY",
            Self::NotHeld => "NOT_HELD",
            Self::NotCandidate => "NOT_CANDIDATE",
            Self::NotCreator => "NOT_CREATOR",
            Self::NotHolder => "NOT_HOLDER",
            Self::NotInvolved => "NOT_INVOLVED",
            Self::NotAPerson => "NOT_A_PERSON",
            Self::ForNobody => "FOR_NOBODY",
            Self::StartedAlready => "STARTED_ALREADY",
            Self::RaisedByRun { .. } => "RAISED_BY_RUN",
            Self::OutcomeMissing { .. } => "OUTCOME_MISSING",
            Self::UnknownOutcome { .. } => "UNKNOWN_OUTCOME",
            Self::FormFaults { .. } => "FORM_FAULTS",
            Self::Invalid { .. } => "INVALID_INPUT",
            Self::UnknownTimer { .. } => "UNKNOWN_TIMER",
            Self::TimerFired { .. } => "TIMER_FIRED",
            Self::TimerNotDue { .. } => "TIMER_NOT_DUE",
        }
    }

    /// What is wrong at which place of the input, where that is known.
    pub fn faults(&self) -> &[Fault] {
        if let Self::FormFaults { faults } | Self::Invalid { faults } = self { faults } else { &[] }
    }
}
