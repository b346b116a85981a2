//! Why a request had no effect.

use docket_domain::Fault;
use docket_domain::access::AccessRefusal;
use docket_domain::approval::ApprovalRefusal;
use docket_domain::organization::{OrganizationRefusal, Permission};
use docket_domain::run::RunRefusal;
use docket_domain::task::TaskRefusal;
use docket_domain::user::UserRefusal;
use docket_domain::workflow::WorkflowRefusal;
use docket_eventlog::LogError;

/// An aggregate's refusal, by slice.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(transparent)]
#[expect(missing_docs, reason = "each variant is the refusal of the slice that it is named for")]
pub enum Refusal {
    Organization(#[from] OrganizationRefusal),
    User(#[from] UserRefusal),
    Access(#[from] AccessRefusal),
    Workflow(#[from] WorkflowRefusal),
    Run(#[from] RunRefusal),
    Task(#[from] TaskRefusal),
    Approval(#[from] ApprovalRefusal),
}

impl Refusal {
    /// The refusal's stable name in the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Organization(refusal) => refusal.code(),
            Self::User(refusal) => refusal.code(),
            Self::Access(refusal) => refusal.code(),
            Self::Workflow(refusal) => refusal.code(),
            Self::Run(refusal) => refusal.code(),
            Self::Task(refusal) => refusal.code(),
            Self::Approval(refusal) => refusal.code(),
        }
    }

    /// The permission that the actor lacks; `None` for a refusal of another kind.
    pub fn missing_permission(&self) -> Option<Permission> {
        match self {
            Self::Organization(OrganizationRefusal::Forbidden { permission })
            | Self::Task(TaskRefusal::MissingPermission { permission })
            | Self::Approval(ApprovalRefusal::MissingPermission { permission })
            | Self::Workflow(WorkflowRefusal::MissingPermission { permission })
            | Self::Run(RunRefusal::MissingPermission { permission }) => Some(*permission),
            _ => None,
        }
    }

    /// What is wrong at which place of the input: the input's field, and the faults below it.
    pub fn faults(&self) -> (&'static str, &[Fault]) {
        match self {
            Self::Task(refusal @ TaskRefusal::FormFaults { .. }) => ("data", refusal.faults()),
            Self::Approval(refusal @ ApprovalRefusal::FormFaults { .. }) => {
                ("data", refusal.faults())
            }
            Self::Task(refusal) => ("", refusal.faults()),
            Self::Approval(refusal) => ("", refusal.faults()),
            Self::Workflow(refusal) => ("definition", refusal.faults()),
            Self::Run(refusal) => ("variables", refusal.faults()),
            Self::Organization(_) | Self::User(_) | Self::Access(_) => ("", &[]),
        }
    }
}

/// Why a request had no effect, or none that is known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BusError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing of that id exists for the caller.
    #[error("there is no {kind} `{id}`")]
    NotFound {
        /// The aggregate's type.
        kind: &'static str,
        /// The id that was given.
        id: String,
    },
    /// It has changed since the caller read it.
    #[error("the current version is {current}, not {expected}; read it again and decide anew")]
    VersionConflict {
        /// The version that the caller had read.
        expected: u64,
        /// The version that it has.
        current: u64,
    },
    /// A unique name is held by another.
    #[error("the {kind} is taken already")]
    Claimed {
        /// What is named.
        kind: &'static str,
        /// The text form of the id that holds it.
        holder: String,
    },
    /// The key was used before, with another input.
    #[error(
        "the idempotency key was used before with another input; use a new key for a new request"
    )]
    IdempotencyKeyReused,
    /// Others changed the same things at the same time, again and again.
    #[error("too many requests change this at the same time; send it again")]
    Busy,
    /// The connection was lost while it was being committed.
    #[error("the outcome is unknown; send it again with the same idempotency key")]
    OutcomeUnknown,
    /// The log cannot hold what was given.
    #[error("{0}")]
    Invalid(String),
    /// The log cannot be reached.
    #[error("the event log is unavailable: {0}")]
    Unavailable(String),
    /// What is stored cannot be read back.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}

impl From<LogError> for BusError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Conflict { .. } => Self::Busy,
            LogError::Claimed { kind, holder } => Self::Claimed { kind, holder },
            LogError::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            LogError::OutcomeUnknown => Self::OutcomeUnknown,
            LogError::Unavailable(why) => Self::Unavailable(why),
            LogError::Invalid(why) => Self::Invalid(why),
            LogError::Corrupt(why) => Self::Corrupt(why),
        }
    }
}
