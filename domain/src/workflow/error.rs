//! Why a command to a workflow is refused.

use crate::Fault;
use crate::organization::Permission;

/// A refusal; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowRefusal {
    /// There is no such workflow.
    #[error("there is no such workflow")]
    NotFound,
    /// The id is taken.
    #[error("the workflow exists already")]
    Exists,
    /// The actor's roles or scopes do not carry the permission.
    #[error("this needs the permission `{}`", .permission.as_str())]
    MissingPermission {
        /// The permission that is missing.
        permission: Permission,
    },
    /// The definition has faults.
    #[error("the definition has faults: {}", Fault::list(.faults))]
    DefinitionFaults {
        /// All of them, at most 200.
        faults: Vec<Fault>,
    },
    /// The draft has another code than the workflow.
    #[error(
        "a workflow's code never changes: it is `{code}`; create another workflow for another code"
    )]
    CodeChanged {
        /// The workflow's code.
        code: String,
    },
    /// The draft is what the current version froze already.
    #[error("nothing was edited since version {version}: edit the draft first")]
    NothingToPublish {
        /// The current version.
        version: u32,
    },
}

impl WorkflowRefusal {
    /// The refusal's stable name in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Exists => "WORKFLOW_EXISTS",
            Self::MissingPermission { .. } => "FORBIDDEN",
            Self::DefinitionFaults { .. } => "DEFINITION_FAULTS",
            Self::CodeChanged { .. } => "CODE_CHANGED",
            Self::NothingToPublish { .. } => "NOTHING_TO_PUBLISH",
        }
    }

    /// What is wrong with the definition, where that is the reason.
    pub fn faults(&self) -> &[Fault] {
        if let Self::DefinitionFaults { faults } = self { faults } else { &[] }
    }
}
