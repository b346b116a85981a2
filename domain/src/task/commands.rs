//! What one may ask of a task.

use super::{AssignTask, CancelTask, CommentTask, CompleteTask, CreateTask, EndByRun, FireTimer};

/// A command to a task.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskCommand {
    /// Creates it.
    CreateTask(Box<CreateTask>),
    /// Gives it to somebody, or to candidates.
    AssignTask(AssignTask),
    /// Takes it, as one of its candidates.
    ClaimTask,
    /// Gives it back to its candidates.
    UnclaimTask,
    /// Says that its holder is at work on it.
    StartTask,
    /// Completes it.
    CompleteTask(CompleteTask),
    /// Cancels it.
    CancelTask(CancelTask),
    /// Says something about it.
    CommentTask(CommentTask),
    /// Fires one of its timers; only Docket does.
    FireTimer(FireTimer),
    /// Ends it with the step that raised it; only Docket does.
    EndByRun(EndByRun),
}
