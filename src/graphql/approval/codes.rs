//! Why mutations of approvals are refused.

use async_graphql::Enum;

/// Why an approval was not asked for.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum RequestApprovalErrorCode {
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}

/// Why an approval was not taken back.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum WithdrawApprovalErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The approval has ended.
    ApprovalClosed,
    /// Only whoever asked for the approval takes it back.
    NotRequester,
    /// A run raised the approval: it ends with its step.
    RaisedByRun,
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}

/// Why a vote was not counted.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum DecideApprovalErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The approval has ended.
    ApprovalClosed,
    /// Only a person can do this, and you are a program.
    NotAPerson,
    /// You are not asked: neither you nor a role or team of yours is among the approvers.
    NotApprover,
    /// Your level is not open: another one votes now.
    LevelNotOpen,
    /// Whoever asked for it may not vote on this level.
    RequesterExcluded,
    /// You have voted on this level already.
    VotedAlready,
    /// The subject is at another version than the one that you have seen.
    VersionSeen,
    /// This level asks why: give a comment.
    ReasonMissing,
    /// The data does not satisfy the form; one error for each fault, with its path.
    FormFaults,
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}
