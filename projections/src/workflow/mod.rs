//! Workflows and their published versions.

pub mod columns;
mod fold;
mod row;

pub(crate) use fold::Workflows;
pub use row::{VersionId, VersionRow, VersionSummary, WorkflowRow, WorkflowStatus};
