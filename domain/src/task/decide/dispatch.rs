//! Which rule answers which command.

use super::{
    assign_task, cancel_task, claim_task, comment_task, complete_task, create_task, end_by_run,
    fire_timer, start_task, unclaim_task,
};
use crate::Issued;
use crate::task::{Task, TaskCommand, TaskEvent, TaskRefusal};

/// What the command does to the task, in order.
///
/// # Errors
/// The refusals of each command are told at its own `decide`.
pub(in crate::task) fn decide(
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
