//! Words for the tests of a workflow's rules.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use cqrs_es::test::{AggregateResultValidator, AggregateTestExecutor, TestFramework};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    CreateWorkflow, PublishWorkflow, UpdateWorkflow, Workflow, WorkflowCommand, WorkflowEvent,
};
use crate::organization::Permission;
use crate::{Acting, Fault, FaultCode, IdSource, Issued, OrganizationId};

pub(super) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// A task for a role, then an end.
pub(super) fn task_to_end(role: &str) -> Value {
    json!([
        {"key": "work", "type": "task", "assign": {"role": role}, "next": [{"to": "done"}]},
        {"key": "done", "type": "end", "outcome": "completed"}
    ])
}

pub(super) fn create(definition: Value) -> WorkflowCommand {
    WorkflowCommand::CreateWorkflow(CreateWorkflow { definition })
}

pub(super) fn update(definition: Value) -> WorkflowCommand {
    WorkflowCommand::UpdateWorkflow(UpdateWorkflow { definition })
}

pub(super) fn publish(held: &[&str]) -> WorkflowCommand {
    let held_roles = held.iter().map(|role| role.parse().unwrap()).collect();
    WorkflowCommand::PublishWorkflow(PublishWorkflow { held_roles })
}

fn text(definition: &Value, field: &str) -> String {
    definition[field].as_str().unwrap_or_default().to_owned()
}

pub(super) fn created(definition: Value) -> WorkflowEvent {
    WorkflowEvent::WorkflowCreated {
        code: text(&definition, "code"),
        name: text(&definition, "name"),
        category: text(&definition, "category"),
        definition,
    }
}

pub(super) fn updated(definition: Value) -> WorkflowEvent {
    WorkflowEvent::WorkflowDraftUpdated {
        name: text(&definition, "name"),
        category: text(&definition, "category"),
        definition,
    }
}

pub(super) fn published(
    version: u32,
    name: &str,
    definition: Value,
    warnings: Vec<Fault>,
) -> WorkflowEvent {
    let category = text(&definition, "category");
    WorkflowEvent::WorkflowPublished {
        version,
        name: name.to_owned(),
        category,
        definition,
        warnings,
    }
}

pub(super) fn given(
    events: impl IntoIterator<Item = WorkflowEvent>,
) -> AggregateTestExecutor<Workflow> {
    TestFramework::with(()).given(events.into_iter().collect())
}

/// Issued by somebody who edits and publishes workflows.
pub(super) fn by_editor(command: WorkflowCommand) -> Issued<WorkflowCommand> {
    by(&[Permission::WorkflowEdit, Permission::WorkflowPublish], command)
}

/// Issued by somebody who may only read them.
pub(super) fn by_member(command: WorkflowCommand) -> Issued<WorkflowCommand> {
    by(&[Permission::WorkflowRead], command)
}

fn by(permissions: &[Permission], command: WorkflowCommand) -> Issued<WorkflowCommand> {
    let permissions: BTreeSet<_> = permissions.iter().copied().collect();
    let by = Acting { permissions, ..Acting::docket(OrganizationId::default()) };
    Issued { command, by, at: now(), ids: IdSource::new(Uuid::nil(), now()) }
}

/// The paths and codes of the faults for which a command was refused.
pub(super) fn refused_faults(
    outcome: AggregateResultValidator<Workflow>,
) -> Vec<(&'static str, FaultCode)> {
    let refusal = outcome.inspect_result().expect_err("a refusal");
    assert_eq!(refusal.code(), "DEFINITION_FAULTS", "{refusal}");
    refusal.faults().iter().map(|fault| (&*fault.path.clone().leak(), fault.code)).collect()
}
