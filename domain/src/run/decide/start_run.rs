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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::FaultCode;
    use crate::fixture::{auditor, service};
    use crate::run::testing::{
        activated, begun_with, by, completed, end, facts, facts_with, for_clerks, given, issued,
        run_completed, start, start_with, started, started_with, state, step_id, task,
    };
    use crate::run::{RunCommand, StepType};

    fn one_task() -> RunFacts {
        facts(json!([task("work", "done"), end("done")]))
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
    fn with_schema(schema: Value) -> RunFacts {
        facts_with(json!({"variables": schema}), json!([task("work", "done"), end("done")]))
    }

    fn faults(facts: &RunFacts, variables: Value) -> Vec<(String, FaultCode)> {
        let outcome = given(facts, []).when(issued(start_with(variables)));
        let refusal = outcome.inspect_result().expect_err("a refusal");
        assert_eq!(refusal.code(), "VARIABLE_FAULTS");
        refusal.faults().iter().map(|fault| (fault.path.clone(), fault.code)).collect()
    }

    #[test]
    fn the_first_step_is_at_work_at_once() {
        given(&one_task(), []).when(issued(start())).then_expect_events(vec![
            started(),
            activated(0, "work", StepType::Task, None, Some(for_clerks(0))),
        ]);
    }

    #[test]
    fn a_run_that_waits_for_nobody_ends_at_once() {
        let nothing = facts(json!([end("done")]));
        given(&nothing, []).when(issued(start())).then_expect_events(vec![
            started(),
            activated(0, "done", StepType::End, None, None),
            completed(step_id(0), "done", Some("done"), &[]),
            run_completed("done"),
        ]);
    }

    #[test]
    fn nobody_starts_it_twice() {
        given(&one_task(), [started()]).when(issued(start())).then_expect_error(RunRefusal::Exists);
    }

    #[test]
    fn it_takes_the_permission_to_start() {
        let permission = Permission::RunStart;
        given(&one_task(), [])
            .when(by(auditor(), start()))
            .then_expect_error(RunRefusal::MissingPermission { permission });
    }

    #[test]
    fn a_program_may_start_it() {
        let events = given(&one_task(), []).when(by(service(), start())).inspect_result().unwrap();
        assert_eq!(state(&events).started_by, None);
    }

    #[test]
    fn absent_variables_get_the_schema_s_defaults() {
        let schema = json!({"type": "object", "properties": {"currency": {"default": "EUR"}}});
        let events = begun_with(&with_schema(schema), json!({"amount": 7}));
        assert_eq!(events.first(), Some(&started_with(json!({"amount": 7, "currency": "EUR"}))));
    }

    #[test]
    fn personal_variables_are_marked_with_the_run_s_key() {
        let name = json!({"type": "string", "x-personal": true});
        let schema =
            json!({"type": "object", "properties": {"name": name, "cost": {"type": "integer"}}});
        let events = begun_with(&with_schema(schema), json!({"name": "Ada", "cost": 7}));
        let subject = crate::run::testing::run_id().to_string();
        let marked = json!({"$docket:personal": {"subject": subject, "value": "Ada"}});
        assert_eq!(events.first(), Some(&started_with(json!({"name": marked, "cost": 7}))));
    }

    #[test]
    fn every_fault_of_the_variables_is_named() {
        let schema = json!({
            "type": "object",
            "properties": {"amount": {"type": "integer", "minimum": 1}, "name": {"type": "string"}},
            "required": ["purpose"]
        });
        let found = faults(&with_schema(schema), json!({"amount": 0, "name": 7}));
        let mut paths: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["", "/amount", "/name"]);
    }

    #[test]
    fn docket_s_own_names_and_too_much_data_are_refused() {
        let own = json!({"name": {"$docket:personal": {"subject": "run_x", "value": 1}}});
        let fault = ("/name/$docket:personal".to_owned(), FaultCode::Reserved);
        assert_eq!(faults(&one_task(), own), [fault]);
        let large = json!({"text": "x".repeat(DATA_MAX_BYTES)});
        assert_eq!(faults(&one_task(), large), [(String::new(), FaultCode::TooLarge)]);
    }

    #[test]
    fn a_subject_without_a_name_is_refused() {
        let RunCommand::StartRun(start) = start() else { unreachable!() };
        let subject = Some(Subject { entity_type: " ".to_owned(), entity_id: "1".to_owned() });
        given(&one_task(), [])
            .when(issued(RunCommand::StartRun(StartRun { subject, ..start })))
            .then_expect_error(RunRefusal::InvalidInput {
                field: "subject.entityType",
                message: "must have 1 to 100 characters".to_owned(),
            });
    }
}
