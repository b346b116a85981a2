//! Workflows and their published versions.

pub mod columns;
mod row;

pub use row::{VersionId, VersionRow, VersionSummary, WorkflowRow, WorkflowStatus};
