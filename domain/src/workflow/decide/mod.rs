//! What a workflow does about each command: one file for each, its rule with its tests.

mod create_workflow;
mod dispatch;
mod publish_workflow;
mod update_workflow;

pub use create_workflow::CreateWorkflow;
pub(super) use dispatch::decide;
pub use publish_workflow::PublishWorkflow;
pub use update_workflow::UpdateWorkflow;
