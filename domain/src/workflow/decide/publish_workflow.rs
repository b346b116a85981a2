//! Publishing: the whole draft is checked, then frozen under the next number.

use std::collections::BTreeSet;

use super::dispatch::may;
use crate::Acting;
use crate::organization::{Permission, RoleName};
use crate::workflow::{Compiled, Workflow, WorkflowEvent, WorkflowRefusal};

/// Freezes the draft as the next version, from which runs start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishWorkflow {
    /// The roles that somebody in the organization holds: a role that nobody holds is warned of.
    pub held_roles: BTreeSet<RoleName>,
}

/// # Errors
/// `NotFound`, `MissingPermission` without `workflow:publish`, `DefinitionFaults` with all of them,
/// `NothingToPublish` where the draft is the current version.
pub(super) fn decide(
    workflow: &Workflow,
    publish: &PublishWorkflow,
    by: &Acting,
) -> Result<WorkflowEvent, WorkflowRefusal> {
    let drafted = workflow.present()?;
    may(by, Permission::WorkflowPublish)?;
    let compiled = Compiled::new(&drafted.draft)
        .map_err(|faults| WorkflowRefusal::DefinitionFaults { faults })?;
    let current = workflow.current_version().unwrap_or_default();
    if workflow.definition(current) == Some(&drafted.draft) {
        return Err(WorkflowRefusal::NothingToPublish { version: current });
    }
    Ok(WorkflowEvent::WorkflowPublished {
        version: current.saturating_add(1),
        name: compiled.definition().name.clone(),
        category: compiled.definition().category.clone(),
        definition: (*drafted.draft).clone(),
        warnings: compiled.warnings(&publish.held_roles),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::workflow::testing::{
        by_editor, by_member, created, given, publish, published, refused_faults, task_to_end,
        updated,
    };
    use crate::{Fault, FaultCode};

    fn draft(name: &str) -> Value {
        json!({"code": "A", "name": name, "start": "work", "steps": task_to_end("clerk")})
    }

    #[test]
    fn the_draft_is_frozen_under_the_next_number() {
        let (first, second) = (draft("First"), draft("Second"));
        given([created(first.clone())])
            .when(by_editor(publish(&["clerk"])))
            .then_expect_events(vec![published(1, "First", first.clone(), vec![])]);
        given([
            created(first.clone()),
            published(1, "First", first, vec![]),
            updated(second.clone()),
        ])
        .when(by_editor(publish(&["clerk"])))
        .then_expect_events(vec![published(2, "Second", second, vec![])]);
    }

    #[test]
    fn a_role_that_nobody_holds_is_warned_of() {
        let warning = Fault::of(
            FaultCode::RoleNotHeld,
            "/steps/0/assign",
            "nobody holds the role `clerk`: the work would wait until somebody does",
        );
        given([created(draft("A"))])
            .when(by_editor(publish(&["owner"])))
            .then_expect_events(vec![published(1, "A", draft("A"), vec![warning])]);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let faulty = json!({"code": "A", "name": "A", "start": "nowhere", "colour": "red", "steps": [
            {"key": "work", "type": "task", "assign": {"role": "No Role"}, "next": [{"to": "gone", "when": "1 +"}]},
        ]});
        let found = refused_faults(given([created(faulty)]).when(by_editor(publish(&[]))));
        assert_eq!(
            found,
            [
                ("/steps/0/assign/role", FaultCode::InvalidRole),
                ("/steps/0/next/0/when", FaultCode::InvalidExpression),
                ("/colour", FaultCode::UnknownField),
                ("/start", FaultCode::UnknownStep),
                ("/steps/0/next/0/to", FaultCode::UnknownStep),
            ]
        );
    }

    #[test]
    fn what_does_not_exist_cannot_be_published() {
        given([]).when(by_editor(publish(&[]))).then_expect_error(WorkflowRefusal::NotFound);
    }

    #[test]
    fn it_takes_the_permission_to_publish() {
        given([created(draft("A"))]).when(by_member(publish(&[]))).then_expect_error(
            WorkflowRefusal::MissingPermission { permission: Permission::WorkflowPublish },
        );
    }

    #[test]
    fn what_was_not_edited_is_not_published_again() {
        given([created(draft("A")), published(1, "A", draft("A"), vec![])])
            .when(by_editor(publish(&[])))
            .then_expect_error(WorkflowRefusal::NothingToPublish { version: 1 });
    }
}
