//! Why a command to an approval is refused.

use chrono::{DateTime, Utc};

use super::Outcome;
use crate::organization::Permission;
use crate::{Fault, RunId, TimerKey};

/// A refusal; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    /// There is no such approval.
    #[error("there is no such approval")]
    NotFound,
    /// The id is taken.
    #[error("the approval exists already")]
    Exists,
    /// It has ended.
    #[error("the approval is {} already", .outcome.as_str())]
    Closed {
        /// How it ended.
        outcome: Outcome,
    },
    /// The actor's roles or scopes do not carry the permission.
    #[error("this needs the permission `{}`", .permission.as_str())]
    MissingPermission {
        /// The permission that is missing.
        permission: Permission,
    },
    /// A program asks for what only a person can do.
    #[error("only a person can vote")]
    NotAPerson,
    /// The voter is no approver at any level that is still to be decided.
    #[error(
        "you are not an approver of the level `{open}`, which is open: neither you nor a role or team of yours is among its approvers"
    )]
    NotApprover {
        /// The key of the open level.
        open: String,
    },
    /// The voter is an approver of another level.
    #[error("the level `{open}` is open, and you are an approver of `{yours}`")]
    LevelNotOpen {
        /// The key of the open level.
        open: String,
        /// The key of the voter's level.
        yours: String,
    },
    /// Four eyes: whoever asks for it does not decide it.
    #[error("whoever asked for the approval may not vote on the level `{level}`")]
    RequesterExcluded {
        /// The level's key.
        level: String,
    },
    /// The voter has voted at this level.
    #[error("you have voted on the level `{level}` already")]
    VotedAlready {
        /// The level's key.
        level: String,
    },
    /// The vote is about another version of the subject than the current one.
    #[error(
        "the vote is about version {seen} of the subject, which is at version {current}: look again"
    )]
    VersionSeen {
        /// The version that the vote names.
        seen: u32,
        /// The current version.
        current: u32,
    },
    /// The level asks for a reason.
    #[error("the level `{level}` asks for a reason: say it in the comment")]
    ReasonMissing {
        /// The level's key.
        level: String,
    },
    /// Only whoever asked for it may do this.
    #[error("only whoever asked for the approval may take it back")]
    NotRequester,
    /// Its run decides when it ends.
    #[error("the approval belongs to the run {run}: cancel the run, or vote")]
    RaisedByRun {
        /// The run.
        run: RunId,
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
    /// The approval has no such timer.
    #[error("the approval has no such timer")]
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

impl ApprovalRefusal {
    /// The refusal's stable name in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Exists => "ALREADY_EXISTS",
            Self::Closed { .. } => "APPROVAL_CLOSED",
            Self::MissingPermission { .. } | Self::OnlyDocket => "FORBIDDEN",
            Self::NotAPerson => "NOT_A_PERSON",
            Self::NotApprover { .. } => "NOT_APPROVER",
            Self::LevelNotOpen { .. } => "LEVEL_NOT_OPEN",
            Self::RequesterExcluded { .. } => "REQUESTER_EXCLUDED",
            Self::VotedAlready { .. } => "VOTED_ALREADY",
            Self::VersionSeen { .. } => "VERSION_SEEN",
            Self::ReasonMissing { .. } => "REASON_MISSING",
            Self::NotRequester => "NOT_REQUESTER",
            Self::RaisedByRun { .. } => "RAISED_BY_RUN",
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
