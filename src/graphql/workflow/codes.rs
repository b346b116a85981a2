//! Why mutations of workflows are refused.

use async_graphql::Enum;

/// Why a workflow was not created.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CreateWorkflowErrorCode {
    /// The definition has faults; one error for each, with its path.
    DefinitionFaults,
    /// The organization has a workflow of this code already.
    WorkflowCodeTaken,
}

/// Why a draft was not taken.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum UpdateWorkflowErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The definition has faults; one error for each, with its path.
    DefinitionFaults,
    /// A workflow's code never changes.
    CodeChanged,
}

/// Why a workflow was not published.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum PublishWorkflowErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The definition has faults; one error for each, with its path.
    DefinitionFaults,
    /// Nothing was edited since the last version.
    NothingToPublish,
}
