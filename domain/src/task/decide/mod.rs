//! One file for each thing that may be asked of a task: its rule, its refusals, its tests.

pub(super) mod assign_task;
pub(super) mod cancel_task;
mod claim_task;
pub(super) mod comment_task;
pub(super) mod complete_task;
pub(super) mod create_task;
pub(super) mod end_by_run;
pub(super) mod fire_timer;
mod start_task;
mod unclaim_task;

use super::{Task, TaskCommand, TaskEvent, TaskRefusal};
use crate::Issued;

/// What the command does to the task, in order.
///
/// # Errors
/// The refusals of each command are told at its own `decide`.
pub(super) fn decide(
    task: &Task,
    issued: Issued<TaskCommand>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let Issued { command, by, at, ids } = issued;
    match command {
        TaskCommand::CreateTask(create) => create_task::decide(task, *create, &by, at),
        TaskCommand::AssignTask(assign) => assign_task::decide(task, assign, &by),
        TaskCommand::ClaimTask => claim_task::decide(task, &by),
        TaskCommand::UnclaimTask => unclaim_task::decide(task, &by),
        TaskCommand::StartTask => start_task::decide(task, &by, at),
        TaskCommand::CompleteTask(complete) => complete_task::decide(task, complete, &by, at),
        TaskCommand::CancelTask(cancel) => cancel_task::decide(task, cancel, &by, at),
        TaskCommand::CommentTask(comment) => comment_task::decide(task, comment, &by, at, ids),
        TaskCommand::FireTimer(fire) => fire_timer::decide(task, fire, &by, at),
        TaskCommand::EndByRun(end) => end_by_run::decide(task, end, &by, at),
    }
}
