//! Workflows and their versions.

mod codes;
mod input;
mod mutation;
mod query;
mod types;

pub use mutation::WorkflowMutation;
pub use query::WorkflowQuery;
pub use types::{Workflow, WorkflowStatus, WorkflowVersion};
