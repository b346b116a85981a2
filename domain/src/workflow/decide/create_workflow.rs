//! Creating a workflow: its code is taken, and the draft can be edited.

use serde_json::Value;

use super::dispatch::may;
use crate::organization::Permission;
use crate::workflow::limits::DEFINITION_MAX_BYTES;
use crate::workflow::read::{Heading, heading};
use crate::workflow::{Workflow, WorkflowEvent, WorkflowRefusal};
use crate::{Acting, input};

/// Creates a workflow as a draft, which need not be whole yet: an object with a valid `code` and a `name`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateWorkflow {
    /// The draft.
    pub definition: Value,
}

/// # Errors
/// `Exists`, `MissingPermission` without `workflow:edit`, `DefinitionFaults` of the draft.
pub(super) fn decide(
    workflow: &Workflow,
    create: CreateWorkflow,
    by: &Acting,
) -> Result<WorkflowEvent, WorkflowRefusal> {
    if *workflow != Workflow::Absent {
        return Err(WorkflowRefusal::Exists);
    }
    may(by, Permission::WorkflowEdit)?;
    let Heading { code, name, category } = draft(&create.definition)?;
    Ok(WorkflowEvent::WorkflowCreated { code, name, category, definition: create.definition })
}

/// What a draft says of itself.
///
/// # Errors
/// `DefinitionFaults` where it is too large or says too little.
pub(super) fn draft(definition: &Value) -> Result<Heading, WorkflowRefusal> {
    let faults = input::check(definition, DEFINITION_MAX_BYTES);
    if !faults.is_empty() {
        return Err(WorkflowRefusal::DefinitionFaults { faults });
    }
    heading(definition).map_err(|faults| WorkflowRefusal::DefinitionFaults { faults })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::FaultCode;
    use crate::workflow::testing::{by_editor, by_member, create, created, given, refused_faults};

    #[test]
    fn a_draft_needs_no_more_than_a_code_and_a_name() {
        let draft = json!({"code": "EXPENSES", "name": "Expenses", "category": "Finance", "steps": "later"});
        given([]).when(by_editor(create(draft.clone()))).then_expect_events(vec![
            WorkflowEvent::WorkflowCreated {
                code: "EXPENSES".to_owned(),
                name: "Expenses".to_owned(),
                category: "Finance".to_owned(),
                definition: draft,
            },
        ]);
    }

    #[test]
    fn nobody_creates_it_twice() {
        given([created(json!({"code": "A", "name": "A"}))])
            .when(by_editor(create(json!({"code": "A", "name": "A"}))))
            .then_expect_error(WorkflowRefusal::Exists);
    }

    #[test]
    fn it_takes_the_permission_to_edit() {
        given([]).when(by_member(create(json!({"code": "A", "name": "A"})))).then_expect_error(
            WorkflowRefusal::MissingPermission { permission: Permission::WorkflowEdit },
        );
    }

    #[test]
    fn a_draft_without_a_code_or_a_name_is_refused() {
        for (draft, faults) in [
            (json!(7), vec![("", FaultCode::WrongType)]),
            (json!({}), vec![("", FaultCode::Required), ("", FaultCode::Required)]),
            (
                json!({"code": "1x", "name": " ", "category": 3}),
                vec![
                    ("/code", FaultCode::InvalidValue),
                    ("/name", FaultCode::InvalidValue),
                    ("/category", FaultCode::WrongType),
                ],
            ),
        ] {
            assert_eq!(refused_faults(given([]).when(by_editor(create(draft)))), faults);
        }
    }

    #[test]
    fn a_draft_that_is_too_large_is_refused() {
        let draft = json!({"code": "A", "name": "A", "x": "x".repeat(DEFINITION_MAX_BYTES)});
        let faults = refused_faults(given([]).when(by_editor(create(draft))));
        assert_eq!(faults, [("", FaultCode::TooLarge)]);
    }
}
