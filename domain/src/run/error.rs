//! Why a command to a run is refused.

use chrono::{DateTime, Utc};

use super::Status;
use crate::organization::Permission;
use crate::{Fault, StepId};

/// A refusal; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunRefusal {
    /// There is no such run.
    #[error("there is no such run")]
    NotFound,
    /// The id is taken.
    #[error("the run exists already")]
    Exists,
    /// The actor's roles or scopes do not carry the permission.
    #[error("this needs the permission `{}`", .permission.as_str())]
    MissingPermission {
        /// The permission that is missing.
        permission: Permission,
    },
    /// It has ended.
    #[error("the run is {status} already")]
    Closed {
        /// How it ended.
        status: Status,
    },
    /// A field is out of its bounds.
    #[error("`{field}` {message}")]
    InvalidInput {
        /// The field's name in the API.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The variables do not satisfy the workflow's schema.
    #[error("the variables have faults: {}", Fault::list(.faults))]
    VariableFaults {
        /// Every fault, with its path into the variables.
        faults: Vec<Fault>,
    },
    /// The step is not at work: it has ended, waits for help, or never was.
    #[error("the step {step} is not at work")]
    StepNotActive {
        /// The activation.
        step: StepId,
    },
    /// The pause is not over.
    #[error("the step waits until {until}")]
    NotDue {
        /// When it is over.
        until: DateTime<Utc>,
    },
}

impl RunRefusal {
    /// The refusal's stable name in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Exists => "RUN_EXISTS",
            Self::MissingPermission { .. } => "FORBIDDEN",
            Self::Closed { .. } => "RUN_CLOSED",
            Self::InvalidInput { .. } => "INVALID_INPUT",
            Self::VariableFaults { .. } => "VARIABLE_FAULTS",
            Self::StepNotActive { .. } => "STEP_NOT_ACTIVE",
            Self::NotDue { .. } => "NOT_DUE",
        }
    }

    /// What is wrong with the variables, where that is the reason.
    pub fn faults(&self) -> &[Fault] {
        if let Self::VariableFaults { faults } = self { faults } else { &[] }
    }
}
