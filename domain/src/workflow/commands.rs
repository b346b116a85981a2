//! What can be asked of a workflow.

pub use super::decide::{CreateWorkflow, PublishWorkflow, UpdateWorkflow};

/// A command to a workflow.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkflowCommand {
    /// Creates it, as a draft.
    CreateWorkflow(CreateWorkflow),
    /// Replaces the draft.
    UpdateWorkflow(UpdateWorkflow),
    /// Freezes the draft as a version.
    PublishWorkflow(PublishWorkflow),
}
