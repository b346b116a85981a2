//! Editing the draft: runs stay on the versions that they began with.

use serde_json::Value;

use super::create_workflow::draft;
use super::dispatch::may;
use crate::Acting;
use crate::organization::Permission;
use crate::workflow::read::Heading;
use crate::workflow::{Workflow, WorkflowEvent, WorkflowRefusal};

/// Replaces the draft, which need not be whole yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateWorkflow {
    /// The draft.
    pub definition: Value,
}

/// # Errors
/// `NotFound`, `MissingPermission` without `workflow:edit`, `DefinitionFaults` of the draft, `CodeChanged`.
pub(super) fn decide(
    workflow: &Workflow,
    update: UpdateWorkflow,
    by: &Acting,
) -> Result<WorkflowEvent, WorkflowRefusal> {
    let workflow = workflow.present()?;
    may(by, Permission::WorkflowEdit)?;
    let Heading { code, name, category } = draft(&update.definition)?;
    if code != workflow.code {
        return Err(WorkflowRefusal::CodeChanged { code: workflow.code.clone() });
    }
    Ok(WorkflowEvent::WorkflowDraftUpdated { name, category, definition: update.definition })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::FaultCode;
    use crate::workflow::testing::{by_editor, by_member, created, given, refused_faults, update};

    #[test]
    fn the_draft_becomes_another_one() {
        let edited = json!({"code": "A", "name": "Better"});
        given([created(json!({"code": "A", "name": "A"}))])
            .when(by_editor(update(edited.clone())))
            .then_expect_events(vec![WorkflowEvent::WorkflowDraftUpdated {
                name: "Better".to_owned(),
                category: String::new(),
                definition: edited,
            }]);
    }

    #[test]
    fn what_does_not_exist_cannot_be_edited() {
        given([])
            .when(by_editor(update(json!({"code": "A", "name": "A"}))))
            .then_expect_error(WorkflowRefusal::NotFound);
    }

    #[test]
    fn it_takes_the_permission_to_edit() {
        let draft = json!({"code": "A", "name": "A"});
        given([created(draft.clone())]).when(by_member(update(draft))).then_expect_error(
            WorkflowRefusal::MissingPermission { permission: Permission::WorkflowEdit },
        );
    }

    #[test]
    fn the_code_never_changes() {
        given([created(json!({"code": "A", "name": "A"}))])
            .when(by_editor(update(json!({"code": "B", "name": "A"}))))
            .then_expect_error(WorkflowRefusal::CodeChanged { code: "A".to_owned() });
    }

    #[test]
    fn a_draft_without_a_name_is_refused() {
        let outcome = given([created(json!({"code": "A", "name": "A"}))])
            .when(by_editor(update(json!({"code": "A"}))));
        assert_eq!(refused_faults(outcome), [("", FaultCode::Required)]);
    }
}
