//! What happens to a workflow.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Fault;

/// An event of a workflow. A definition is held as its author wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WorkflowEvent {
    /// It exists, as a draft.
    WorkflowCreated {
        /// Its code, unique in the organization, never changed.
        code: String,
        /// Its name.
        name: String,
        /// Its category; empty where the author names none.
        category: String,
        /// The draft.
        definition: Value,
    },
    /// The draft is another one.
    WorkflowDraftUpdated {
        /// Its name.
        name: String,
        /// Its category.
        category: String,
        /// The draft.
        definition: Value,
    },
    /// The draft is frozen as a version, from which runs start.
    WorkflowPublished {
        /// The version's number, from 1.
        version: u32,
        /// Its name.
        name: String,
        /// Its category.
        category: String,
        /// The definition, for ever.
        definition: Value,
        /// What its author was warned of, and published all the same.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<Fault>,
    },
}

impl DomainEvent for WorkflowEvent {
    fn event_type(&self) -> String {
        match self {
            Self::WorkflowCreated { .. } => "WorkflowCreated",
            Self::WorkflowDraftUpdated { .. } => "WorkflowDraftUpdated",
            Self::WorkflowPublished { .. } => "WorkflowPublished",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
