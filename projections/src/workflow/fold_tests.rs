use docket_domain::{DomainEvents, WorkflowId};
use serde_json::json;

use super::*;
use crate::testing::{folded, id, org, stream};

fn workflow() -> WorkflowId {
    id(5)
}

fn created() -> WorkflowEvent {
    WorkflowEvent::WorkflowCreated {
        code: "BUY".to_owned(),
        name: "Buying".to_owned(),
        category: "Things".to_owned(),
        definition: json!({"draft": 1}),
    }
}

fn updated() -> WorkflowEvent {
    WorkflowEvent::WorkflowDraftUpdated {
        name: "Buying more".to_owned(),
        category: String::new(),
        definition: json!({"draft": 2}),
    }
}

fn published(version: u32) -> WorkflowEvent {
    WorkflowEvent::WorkflowPublished {
        version,
        name: format!("Buying {version}"),
        category: "Things".to_owned(),
        definition: json!({"version": version}),
        warnings: Vec::new(),
    }
}

fn rows(events: Vec<WorkflowEvent>) -> WorkflowTables {
    folded::<Workflows>(&stream(workflow(), DomainEvents::Workflow, events)).unwrap()
}

fn row(events: Vec<WorkflowEvent>) -> WorkflowRow {
    rows(events).workflows.get(Some(org()), workflow()).unwrap().unwrap().clone()
}

#[test]
fn a_new_workflow_is_a_draft() {
    let row = row(vec![created()]);
    assert_eq!(row.status, WorkflowStatus::Draft);
    assert_eq!((row.draft, row.current_version, row.version), (Some(json!({"draft": 1})), None, 1));
}

#[test]
fn publishing_freezes_a_version_and_leaves_no_draft() {
    let rows = rows(vec![created(), updated(), published(1)]);
    let row = rows.workflows.get(Some(org()), workflow()).unwrap().unwrap();
    assert_eq!((row.status, row.current_version), (WorkflowStatus::Published, Some(1)));
    assert_eq!((row.draft.as_ref(), row.name.as_str()), (None, "Buying 1"));
    let version = VersionId { workflow: workflow(), version: 1 };
    let version = rows.versions.get(Some(org()), version).unwrap().unwrap();
    assert_eq!(version.definition, json!({"version": 1}));
}

#[test]
fn a_published_workflow_that_is_edited_has_a_draft_and_its_versions() {
    let row = row(vec![created(), published(1), published(2), updated()]);
    assert_eq!(row.draft, Some(json!({"draft": 2})));
    assert_eq!(row.versions.iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((row.name.as_str(), row.version), ("Buying more", 4));
}

#[test]
fn a_workflow_that_nobody_created_cannot_be_edited() {
    let events = stream(workflow(), DomainEvents::Workflow, [updated()]);
    let refused = folded::<Workflows>(&events).unwrap_err();
    assert!(matches!(refused, FoldError::NoRow { table: "workflow", .. }), "{refused}");
}
