//! Assigning a task: whoever governs it says whom it is for, and its holder passes it on.

use crate::organization::Permission;
use crate::task::standing::require;
use crate::task::{Task, TaskEvent, TaskRefusal};
use crate::{Acting, Assignment};

/// Gives a task to somebody, or to candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct AssignTask {
    /// Whom it is for from now on. Where it names no candidates those of before stay, so that the new
    /// holder can give it back to them.
    pub assignment: Assignment,
}

/// # Errors
/// `NotFound`, `Closed`, `MissingPermission`, `NotHolder`, `ForNobody`.
pub(in crate::task) fn decide(
    task: &Task,
    assign: AssignTask,
    by: &Acting,
) -> Result<Vec<TaskEvent>, TaskRefusal> {
    let work = task.open()?;
    require(by, Permission::TaskWork)?;
    work.passed_on_by(by)?;
    let mut assignment = assign.assignment;
    if assignment.is_empty() {
        return Err(TaskRefusal::ForNobody);
    }
    if assignment.candidates.is_empty() {
        assignment.candidates = work.assignment.candidates.clone();
    }
    Ok(vec![TaskEvent::TaskAssigned { assignment }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ada, bob, manager, with};
    use crate::task::TaskCommand;
    use crate::task::fixture::{
        absent, claimed, completed, created, for_role, given, held_by, started,
    };
    use crate::task::{Status, TaskCommand::ClaimTask};

    fn assign(assignment: Assignment) -> TaskCommand {
        TaskCommand::AssignTask(AssignTask { assignment })
    }

    fn assigned(assignment: Assignment) -> TaskEvent {
        TaskEvent::TaskAssigned { assignment }
    }

    #[test]
    fn its_creator_gives_it_to_somebody_and_the_candidates_stay() {
        let for_bob = Assignment { assignee: bob().user(), ..for_role("clerk") };
        given([created(for_role("clerk"))])
            .when(&ada(), assign(held_by(&bob())))
            .then([assigned(for_bob)]);
    }

    #[test]
    fn a_manager_gives_it_to_another_role() {
        given([created(for_role("clerk"))])
            .when(&manager(), assign(for_role("buyer")))
            .then([assigned(for_role("buyer"))]);
    }

    #[test]
    fn its_holder_passes_it_on() {
        given([created(for_role("clerk")), claimed(&bob())])
            .when(&bob(), assign(for_role("buyer")))
            .then([assigned(for_role("buyer"))]);
    }

    #[test]
    fn whoever_held_it_before_does_not_pass_it_on() {
        given([created(held_by(&bob())), assigned(held_by(&manager()))])
            .when(&bob(), assign(held_by(&bob())))
            .then_refused(&TaskRefusal::NotHolder);
    }

    #[test]
    fn whoever_gets_it_has_not_begun() {
        let task = given([created(held_by(&ada())), started(), assigned(held_by(&bob()))]).task();
        assert_eq!(task.present().map(|work| work.status), Ok(Status::Open));
    }

    #[test]
    fn a_candidate_may_not_pass_it_on() {
        given([created(for_role("clerk"))])
            .when(&with(bob(), "clerk"), assign(held_by(&bob())))
            .then_refused(&TaskRefusal::NotHolder);
    }

    #[test]
    fn a_creator_who_became_an_auditor_may_not() {
        let mut was_creator = ada();
        was_creator.permissions = Permission::of(&["auditor".parse().unwrap()]);
        given([created(for_role("clerk"))])
            .when(&was_creator, assign(held_by(&bob())))
            .then_refused(&TaskRefusal::MissingPermission { permission: Permission::TaskWork });
    }

    #[test]
    fn it_is_never_for_nobody() {
        given([created(for_role("clerk"))])
            .when(&ada(), assign(Assignment::default()))
            .then_refused(&TaskRefusal::ForNobody);
    }

    #[test]
    fn nothing_is_assigned_after_the_end() {
        given([created(held_by(&ada())), completed(&ada())])
            .when(&manager(), assign(held_by(&bob())))
            .then_refused(&TaskRefusal::Closed { status: Status::Completed });
    }

    #[test]
    fn what_does_not_exist_is_not_found() {
        absent().when(&manager(), assign(held_by(&bob()))).then_refused(&TaskRefusal::NotFound);
        absent().when(&manager(), ClaimTask).then_refused(&TaskRefusal::NotFound);
    }
}
