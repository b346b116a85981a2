//! Why mutations of tasks are refused.

use async_graphql::Enum;

/// Why a task was not created.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CreateTaskErrorCode {
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
    /// The organization has no such member.
    UnknownMember,
    /// A text is not a role's name.
    InvalidRole,
    /// Nobody would be left who could do the task.
    ForNobody,
}

/// Why a task was not claimed.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum ClaimTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The task has ended.
    TaskClosed,
    /// Somebody else holds the task.
    HeldByOther,
    /// You hold the task already.
    HeldAlready,
    /// The task is not for you: neither you nor a role or team of yours is among its candidates.
    NotCandidate,
    /// Only a person can do this, and you are a program.
    NotAPerson,
}

/// Why a task was not given back.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum UnclaimTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The task has ended.
    TaskClosed,
    /// Nobody holds the task.
    NotHeld,
    /// Somebody else holds the task.
    HeldByOther,
    /// The task has no candidates to go back to.
    ForNobody,
}

/// Why a task was not started.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum StartTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The task has ended.
    TaskClosed,
    /// The task is in progress already.
    StartedAlready,
    /// Somebody else holds the task.
    HeldByOther,
    /// The task is not for you: neither you nor a role or team of yours is among its candidates.
    NotCandidate,
    /// Only a person can do this, and you are a program.
    NotAPerson,
}

/// Why a task was not cancelled.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CancelTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The task has ended.
    TaskClosed,
    /// Only whoever created the task may do this, or somebody with `task:manage`.
    NotCreator,
    /// A run raised the task: it ends with its step.
    RaisedByRun,
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}

/// Why nothing was said about a task.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CommentTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// Only those who take part in the task may do this, or somebody with `task:read`.
    NotInvolved,
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}

/// Why a task was not assigned.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum AssignTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The task has ended.
    TaskClosed,
    /// Only whoever holds or created the task may do this, or somebody with `task:manage`.
    NotHolder,
    /// Nobody would be left who could do the task.
    ForNobody,
    /// The organization has no such member.
    UnknownMember,
    /// A text is not a role's name.
    InvalidRole,
}

/// Why a task was not completed.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CompleteTaskErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// The task has ended.
    TaskClosed,
    /// Somebody else holds the task.
    HeldByOther,
    /// The task is not for you: neither you nor a role or team of yours is among its candidates.
    NotCandidate,
    /// The task has outcomes, and none was chosen.
    OutcomeMissing,
    /// The outcome is none of those that the task names.
    UnknownOutcome,
    /// The data does not satisfy the form; one error for each fault, with its path.
    FormFaults,
    /// A field is out of its bounds; one error for each, with its path.
    InvalidInput,
}
