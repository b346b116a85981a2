//! Giving a task back: its candidates may take it again.

use crate::Acting;
use crate::organization::Permission;
use crate::task::standing::Standing;
use crate::task::{Task, TaskEvent, TaskRefusal};

/// # Errors
/// `NotFound`, `Closed`, `NotHeld`, `MissingPermission`, `HeldByOther`, and `ForNobody` where it has no
/// candidates to go back to.
pub(in crate::task) fn decide(task: &Task, by: &Acting) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let work = task.open()?;
    if work.assignment.assignee.is_none() {
        return Err(TaskRefusal::NotHeld);
    }
    match work.own_standing(by) {
        Ok(Standing::Holder) => {}
        _ if by.may(Permission::TaskManage) => {}
        Err(refusal) => return Err(refusal),
        Ok(Standing::Candidate(_) | Standing::Deputy) => return Err(TaskRefusal::NotHeld),
    }
    if work.assignment.candidates.is_empty() {
        return Err(TaskRefusal::ForNobody);
    }
    Ok(vec![TaskEvent::TaskUnclaimed {}])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, bob, manager, user};
    use crate::task::Status;
    use crate::task::TaskCommand::UnclaimTask;
    use crate::task::fixture::{claimed, completed, created, for_role, given, held_by, started};

    #[test]
    fn its_holder_gives_it_back() {
        given([created(for_role("clerk")), claimed(&bob())])
            .when(&bob(), UnclaimTask)
            .then([TaskEvent::TaskUnclaimed {}]);
    }

    #[test]
    fn what_is_given_back_is_open_and_nobodys() {
        let task = given([created(for_role("clerk")), claimed(&bob()), started()])
            .when(&manager(), UnclaimTask)
            .task();
        let work = task.present().unwrap();
        assert_eq!((work.status, &work.assignment), (Status::Open, &for_role("clerk")));
    }

    #[test]
    fn nobody_gives_back_what_another_holds() {
        given([created(for_role("clerk")), claimed(&ada())])
            .when(&bob(), UnclaimTask)
            .then_refused(&TaskRefusal::HeldByOther { holder: user(&ada()) });
    }

    #[test]
    fn what_nobody_holds_is_not_given_back() {
        given([created(for_role("clerk"))])
            .when(&ada(), UnclaimTask)
            .then_refused(&TaskRefusal::NotHeld);
    }

    #[test]
    fn without_candidates_it_would_be_for_nobody() {
        given([created(held_by(&ada()))])
            .when(&ada(), UnclaimTask)
            .then_refused(&TaskRefusal::ForNobody);
    }

    #[test]
    fn nothing_is_given_back_after_the_end() {
        given([created(for_role("clerk")), claimed(&bob()), completed(&bob())])
            .when(&bob(), UnclaimTask)
            .then_refused(&TaskRefusal::Closed { status: Status::Completed });
    }

    #[test]
    fn a_holder_without_the_permission_is_told_so() {
        let mut holder = bob();
        holder.permissions.remove(&Permission::TaskWork);
        given([created(for_role("clerk")), claimed(&bob())])
            .when(&holder, UnclaimTask)
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
    }
}
