//! Starting a run: the variables are checked, and the first token sets off.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::dispatch::{may, text};
use crate::organization::Permission;
use crate::run::engine::{Engine, mark};
use crate::run::{Execution, Run, RunEvent, RunFacts, RunRefusal, Subject};
use crate::workflow::definition::Form;
use crate::workflow::limits::DATA_MAX_BYTES;
use crate::{Acting, IdSource, RunId, WorkflowId, input, schema};

/// The longest kind of a subject, in characters.
pub const ENTITY_TYPE_MAX_CHARS: usize = 100;
/// The longest id of a subject, in characters.
pub const ENTITY_ID_MAX_CHARS: usize = 200;

/// Starts a run, which stays on that version of the workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct StartRun {
    /// The run's new id.
    pub run: RunId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// The number of the version.
    pub version: u32,
    /// What the run is about.
    pub subject: Option<Subject>,
    /// The variables, which must satisfy the version's schema once its defaults are filled in.
    pub variables: Map<String, Value>,
}

/// # Errors
/// `Exists`, `MissingPermission` without `run:start`, `InvalidInput` for the subject, `VariableFaults`.
pub(super) fn decide(
    run: &Run,
    start: StartRun,
    by: &Acting,
    at: DateTime<Utc>,
    ids: IdSource,
    facts: &RunFacts,
) -> Result<Vec<RunEvent>, RunRefusal> {
    if *run != Run::Absent {
        return Err(RunRefusal::Exists);
    }
    may(by, Permission::RunStart)?;
    let definition = facts.definition.definition();
    let variables = variables(definition.variables.as_ref(), start.variables)?;
    let started = RunEvent::RunStarted {
        run: start.run,
        workflow: start.workflow,
        code: definition.code.clone(),
        name: definition.name.clone(),
        version: start.version,
        subject: start.subject.as_ref().map(subject).transpose()?,
        variables: mark(definition.variables.as_ref(), variables, &start.run.to_string()),
        started_by: by.user(),
        at,
    };
    let mut events = vec![started.clone()];
    if let Some(run) = Execution::begun(started) {
        events.extend(Engine::new(run, facts, at, ids).settle());
    }
    Ok(events)
}

fn variables(
    form: Option<&Form>,
    given: Map<String, Value>,
) -> Result<Map<String, Value>, RunRefusal> {
    let given = match form {
        Some(form) => schema::with_defaults(&form.schema, given),
        None => given,
    };
    let variables = Value::Object(given);
    let mut faults = input::check(&variables, DATA_MAX_BYTES);
    if let Some(form) = form {
        faults.extend(form.compiled.check(&variables).err().unwrap_or_default());
    }
    match variables {
        Value::Object(variables) if faults.is_empty() => Ok(variables),
        _ => Err(RunRefusal::VariableFaults { faults }),
    }
}

fn subject(subject: &Subject) -> Result<Subject, RunRefusal> {
    Ok(Subject {
        entity_type: text("subject.entityType", &subject.entity_type, ENTITY_TYPE_MAX_CHARS)?,
        entity_id: text("subject.entityId", &subject.entity_id, ENTITY_ID_MAX_CHARS)?,
    })
}
