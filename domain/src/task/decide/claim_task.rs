//! Claiming a task: one of its candidates takes it.

use crate::Acting;
use crate::task::standing::Standing;
use crate::task::{Task, TaskEvent, TaskRefusal};

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `HeldByOther`, `HeldAlready`, `NotCandidate`, `NotAPerson`.
pub(in crate::task) fn decide(task: &Task, by: &Acting) -> Result<Vec<TaskEvent>, TaskRefusal> {
    match task.open()?.own_standing(by)? {
        Standing::Candidate(user) => Ok(vec![TaskEvent::TaskClaimed { user }]),
        Standing::Holder => Err(TaskRefusal::HeldAlready),
        Standing::Deputy => Err(TaskRefusal::NotAPerson),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, auditor, bob, manager, service_with, user, with};
    use crate::organization::Permission;
    use crate::task::Status;
    use crate::task::TaskCommand::ClaimTask;
    use crate::task::fixture::{claimed, completed, created, for_role, given, held_by};

    #[test]
    fn a_candidate_takes_it() {
        let bob = with(bob(), "clerk");
        given([created(for_role("clerk"))]).when(&bob, ClaimTask).then([claimed(&bob)]);
    }

    #[test]
    fn nobody_takes_what_another_holds() {
        given([created(for_role("clerk")), claimed(&ada())])
            .when(&with(bob(), "clerk"), ClaimTask)
            .then_refused(&TaskRefusal::HeldByOther { holder: user(&ada()) });
    }

    #[test]
    fn nobody_takes_it_twice() {
        given([created(held_by(&ada()))])
            .when(&ada(), ClaimTask)
            .then_refused(&TaskRefusal::HeldAlready);
    }

    #[test]
    fn whoever_is_no_candidate_does_not_take_it_not_even_a_manager() {
        for other in [bob(), manager()] {
            given([created(for_role("clerk"))])
                .when(&other, ClaimTask)
                .then_refused(&TaskRefusal::NotCandidate);
        }
    }

    #[test]
    fn a_candidate_without_the_permission_does_not_take_it() {
        given([created(for_role("clerk"))])
            .when(&with(auditor(), "clerk"), ClaimTask)
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
    }

    #[test]
    fn a_program_does_not_take_it() {
        given([created(for_role("clerk"))])
            .when(&with(service_with(Permission::TaskWork), "clerk"), ClaimTask)
            .then_refused(&TaskRefusal::NotAPerson);
    }

    #[test]
    fn nobody_takes_what_has_ended() {
        given([created(for_role("clerk")), completed(&ada())])
            .when(&with(bob(), "clerk"), ClaimTask)
            .then_refused(&TaskRefusal::Closed { status: Status::Completed });
    }
}
