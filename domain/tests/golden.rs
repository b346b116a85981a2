//! The archive of event shapes: what was ever written is read today, and written as it was.
#![cfg(test)]

use std::fs;
use std::path::Path;

use cqrs_es::DomainEvent;
use docket_domain::access::AccessEvent;
use docket_domain::approval::ApprovalEvent;
use docket_domain::organization::OrganizationEvent;
use docket_domain::run::RunEvent;
use docket_domain::task::TaskEvent;
use docket_domain::user::UserEvent;
use docket_domain::workflow::WorkflowEvent;
use serde_json::Value;

/// Every event in `domain/golden/<slice>`, by its file's name, is an `E` and stays as it is.
fn keeps<E: DomainEvent>(slice: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(slice);
    let files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder")
        .map(|file| file.expect("a file").path())
        .collect();
    assert!(!files.is_empty(), "{} holds no events", folder.display());
    for file in files {
        let shown = file.display();
        let golden: Value = serde_json::from_str(&fs::read_to_string(&file).expect("a text"))
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        let event: E = serde_json::from_value(golden.clone())
            .unwrap_or_else(|error| panic!("{shown} is read no longer: {error}"));
        let written = serde_json::to_value(&event).expect("JSON");
        assert_eq!(written, golden, "{shown} is written otherwise");
        let name = format!("{}.v{}.json", event.event_type(), event.event_version());
        assert_eq!(file.file_name().and_then(|name| name.to_str()), Some(name.as_str()));
    }
}

#[test]
fn events_of_tasks_stay_as_they_were() {
    keeps::<TaskEvent>("task");
}

#[test]
fn events_of_approvals_stay_as_they_were() {
    keeps::<ApprovalEvent>("approval");
}

#[test]
fn events_of_organizations_stay_as_they_were() {
    keeps::<OrganizationEvent>("organization");
}

#[test]
fn events_of_people_stay_as_they_were() {
    keeps::<UserEvent>("user");
}

#[test]
fn events_of_access_stay_as_they_were() {
    keeps::<AccessEvent>("access");
}

#[test]
fn events_of_workflows_stay_as_they_were() {
    keeps::<WorkflowEvent>("workflow");
}

#[test]
fn events_of_runs_stay_as_they_were() {
    keeps::<RunEvent>("run");
}
