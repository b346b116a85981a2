//! Starting a task: its holder is at work. A candidate who starts it takes it.

use chrono::{DateTime, Utc};

use crate::Acting;
use crate::task::standing::Standing;
use crate::task::{Status, Task, TaskEvent, TaskRefusal};

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `HeldByOther`, `NotCandidate`, `NotAPerson`,
/// `StartedAlready`.
pub(in crate::task) fn decide(
    task: &Task,
    by: &Acting,
    at: DateTime<Utc>,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let work = task.open()?;
    let started = TaskEvent::TaskStarted { at };
    match work.own_standing(by)? {
        Standing::Holder if work.status == Status::InProgress => Err(TaskRefusal::StartedAlready),
        Standing::Holder => Ok(vec![started]),
        Standing::Candidate(user) => Ok(vec![TaskEvent::TaskClaimed { user }, started]),
        Standing::Deputy => Err(TaskRefusal::NotAPerson),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, auditor, bob, service_with, user, with};
    use crate::organization::Permission;
    use crate::task::TaskCommand::StartTask;
    use crate::task::fixture::{claimed, completed, created, for_role, given, held_by, started};

    #[test]
    fn its_holder_starts_it() {
        given([created(held_by(&ada()))]).when(&ada(), StartTask).then([started()]);
    }

    #[test]
    fn a_candidate_who_starts_it_takes_it() {
        let bob = with(bob(), "clerk");
        given([created(for_role("clerk"))]).when(&bob, StartTask).then([claimed(&bob), started()]);
    }

    #[test]
    fn it_is_not_started_twice() {
        given([created(held_by(&ada())), started()])
            .when(&ada(), StartTask)
            .then_refused(&TaskRefusal::StartedAlready);
    }

    #[test]
    fn only_those_whom_it_is_for_start_it() {
        given([created(held_by(&ada()))])
            .when(&bob(), StartTask)
            .then_refused(&TaskRefusal::HeldByOther { holder: user(&ada()) });
        given([created(for_role("clerk"))])
            .when(&bob(), StartTask)
            .then_refused(&TaskRefusal::NotCandidate);
        given([created(for_role("clerk"))])
            .when(&with(auditor(), "clerk"), StartTask)
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
        given([created(for_role("clerk"))])
            .when(&with(service_with(Permission::TaskWork), "clerk"), StartTask)
            .then_refused(&TaskRefusal::NotAPerson);
    }

    #[test]
    fn nothing_is_started_after_the_end() {
        given([created(held_by(&ada())), completed(&ada())])
            .when(&ada(), StartTask)
            .then_refused(&TaskRefusal::Closed { status: Status::Completed });
    }
}
