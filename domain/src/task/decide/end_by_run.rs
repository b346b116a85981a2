//! Ending a task with the step that raised it.

use chrono::{DateTime, Utc};

use crate::Acting;
use crate::task::standing::require_docket;
use crate::task::{Task, TaskEvent, TaskRefusal};

/// Cancels a task because its run gave its step up.
#[derive(Debug, Clone, PartialEq)]
pub struct EndByRun {
    /// Why the run gave it up.
    pub reason: String,
}

/// Nothing happens to a task that has ended: the step may be given up by what its completion set off.
///
/// # Errors
/// `OnlyDocket`, `NotFound`.
pub(in crate::task) fn decide(
    task: &Task,
    end: EndByRun,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    require_docket(by)?;
    if task.present()?.status.is_ended() {
        return Ok(Vec::new());
    }
    Ok(vec![TaskEvent::TaskCancelled { reason: end.reason, at }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, docket, manager};
    use crate::task::TaskCommand;
    use crate::task::fixture::{cancelled, completed, for_role, given, raised};

    fn end() -> TaskCommand {
        TaskCommand::EndByRun(EndByRun { reason: "wanted no longer".into() })
    }

    #[test]
    fn it_is_cancelled_with_its_step() {
        given([raised(for_role("clerk"))]).when(&docket(), end()).then([cancelled()]);
    }

    #[test]
    fn what_has_ended_stays_as_it_is() {
        given([raised(for_role("clerk")), completed(&ada())]).when(&docket(), end()).then([]);
    }

    #[test]
    fn nobody_but_docket_ends_it_so() {
        given([raised(for_role("clerk"))])
            .when(&manager(), end())
            .then_refused(&TaskRefusal::OnlyDocket);
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        given([]).when(&docket(), end()).then_refused(&TaskRefusal::NotFound);
    }
}
