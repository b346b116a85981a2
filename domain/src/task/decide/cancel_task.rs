//! Cancelling a task: it is wanted no longer.

use chrono::{DateTime, Utc};

use crate::organization::Permission;
use crate::task::standing::require;
use crate::task::{Task, TaskEvent, TaskRefusal};
use crate::{Acting, Fault};

/// The longest reason, in characters: a paragraph.
const MAX_REASON_CHARS: usize = 1_000;

/// Cancels a stand-alone task.
#[derive(Debug, Clone, PartialEq)]
pub struct CancelTask {
    /// Why, in 1 to 1,000 characters.
    pub reason: String,
}

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `NotCreator`, `RaisedByRun` for a task that ends with its
/// step, `Invalid` for a reason that is missing or too long.
pub(in crate::task) fn decide(
    task: &Task,
    cancel: CancelTask,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let work = task.open()?;
    require(by, Permission::TaskWork)?;
    work.governed_by(by)?;
    if let Some(origin) = &work.origin {
        return Err(TaskRefusal::RaisedByRun { run: origin.run });
    }
    if !(1..=MAX_REASON_CHARS).contains(&cancel.reason.trim().chars().count()) {
        let message = format!("say why, in 1 to {MAX_REASON_CHARS} characters");
        return Err(TaskRefusal::Invalid { faults: vec![Fault::new("/reason", message)] });
    }
    Ok(vec![TaskEvent::TaskCancelled { reason: cancel.reason, at }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, at, bob, manager, with};
    use crate::task::fixture::{cancelled, created, for_role, given, held_by, origin, raised};
    use crate::task::{Status, TaskCommand};

    fn cancel(reason: &str) -> TaskCommand {
        TaskCommand::CancelTask(CancelTask { reason: reason.into() })
    }

    #[test]
    fn its_creator_or_a_manager_cancels_it() {
        for by in [ada(), manager()] {
            given([created(for_role("clerk"))])
                .when(&by, cancel("done elsewhere"))
                .then([TaskEvent::TaskCancelled { reason: "done elsewhere".into(), at: at(0) }]);
        }
    }

    #[test]
    fn its_holder_may_not() {
        given([created(held_by(&bob()))])
            .when(&bob(), cancel("no time"))
            .then_refused(&TaskRefusal::NotCreator);
    }

    #[test]
    fn it_needs_the_permission_to_work_on_tasks() {
        let mut creator = with(ada(), "clerk");
        creator.permissions.clear();
        given([created(for_role("clerk"))])
            .when(&creator, cancel("no"))
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
    }

    #[test]
    fn a_task_of_a_run_ends_with_its_step() {
        given([raised(for_role("clerk"))])
            .when(&manager(), cancel("not needed"))
            .then_refused(&TaskRefusal::RaisedByRun { run: origin().run });
    }

    #[test]
    fn it_takes_a_reason() {
        for reason in ["", "  ", &"x".repeat(MAX_REASON_CHARS + 1)] {
            let refusal =
                given([created(for_role("clerk"))]).when(&ada(), cancel(reason)).refusal();
            assert_eq!(refusal.faults()[0].path, "/reason");
        }
    }

    #[test]
    fn nobody_cancels_it_twice() {
        given([created(for_role("clerk")), cancelled()])
            .when(&ada(), cancel("again"))
            .then_refused(&TaskRefusal::Closed { status: Status::Cancelled });
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([]).when(&ada(), cancel("no")).then_refused(&TaskRefusal::NotFound);
    }
}
