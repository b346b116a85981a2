//! Why mutations of runs are refused.

use async_graphql::Enum;

/// Why a run was not started.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum StartRunErrorCode {
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
    /// There is no such workflow for you.
    UnknownWorkflow,
    /// The workflow has no version yet.
    NotPublished,
    /// The workflow has no such version.
    UnknownVersion,
    /// The variables do not satisfy the workflow's schema; one error for each fault, with its path.
    VariableFaults,
}

/// Why a run was not cancelled.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CancelRunErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The run has ended.
    RunClosed,
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}
