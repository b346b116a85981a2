//! Which rule decides which command.

use super::{create_workflow, publish_workflow, update_workflow};
use crate::organization::Permission;
use crate::workflow::{Workflow, WorkflowCommand, WorkflowEvent, WorkflowRefusal};
use crate::{Acting, Issued};

/// Decides a command.
pub(in crate::workflow) fn decide(
    workflow: &Workflow,
    issued: Issued<WorkflowCommand>,
) -> Result<WorkflowEvent, WorkflowRefusal> {
    let by = &issued.by;
    match issued.command {
        WorkflowCommand::CreateWorkflow(create) => create_workflow::decide(workflow, create, by),
        WorkflowCommand::UpdateWorkflow(update) => update_workflow::decide(workflow, update, by),
        WorkflowCommand::PublishWorkflow(publish) => {
            publish_workflow::decide(workflow, &publish, by)
        }
    }
}

/// # Errors
/// `MissingPermission`.
pub(super) fn may(by: &Acting, permission: Permission) -> Result<(), WorkflowRefusal> {
    if by.may(permission) { Ok(()) } else { Err(WorkflowRefusal::MissingPermission { permission }) }
}
