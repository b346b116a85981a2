//! Words for the tests of a run's rules.

use std::sync::Arc;

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Arrival, CompleteStep, Execution, People, Raised, Run, RunCommand, RunEvent, RunFacts,
    StartRun, StepType, Subject,
};
use crate::fixture::{at, docket, ids, manager};
use crate::workflow::Compiled;
use crate::{
    Acting, Assignment, Candidates, Issued, RunId, Sla, StepId, TeamId, UserId, WorkflowId,
};

/// An organization with Ada and Bob in it, and the team `purchasing`.
pub(super) struct Office;

impl People for Office {
    fn user(&self, id: &str) -> Option<UserId> {
        let known = [crate::fixture::ada(), crate::fixture::bob()].map(|acting| acting.user());
        id.parse().ok().filter(|user| known.contains(&Some(*user)))
    }

    fn team(&self, id_or_name: &str) -> Option<TeamId> {
        (id_or_name == "purchasing").then(team)
    }

    fn headcount(&self, candidates: &Candidates) -> u32 {
        u32::try_from(candidates.users.len() + 2 * candidates.roles.len()).unwrap()
    }
}

pub(super) fn team() -> TeamId {
    Uuid::from_u128(0x7EA).into()
}

pub(super) fn run_id() -> RunId {
    Uuid::from_u128(0x12).into()
}

pub(super) fn workflow_id() -> WorkflowId {
    Uuid::from_u128(0x13).into()
}

/// The n-th activation by the one command of a test.
pub(super) fn step_id(n: usize) -> StepId {
    ids().id("step", n)
}

/// The facts of a definition with these steps, that begins with the first one.
pub(super) fn facts(steps: Value) -> RunFacts {
    facts_with(json!({}), steps)
}

/// The same, with these fields of the definition besides.
#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
pub(super) fn facts_with(more: Value, steps: Value) -> RunFacts {
    let mut definition =
        json!({"code": "A", "name": "A", "start": steps[0]["key"], "steps": steps});
    let (Value::Object(definition_fields), Value::Object(more)) = (&mut definition, more) else {
        panic!("objects")
    };
    definition_fields.extend(more);
    let compiled = Compiled::new(&definition).unwrap_or_else(|faults| panic!("{faults:#?}"));
    RunFacts { definition: Arc::new(compiled), people: Arc::new(Office) }
}

/// A task for clerks that leads to `to`.
pub(super) fn task(key: &str, to: &str) -> Value {
    json!({"key": key, "type": "task", "assign": {"role": "clerk"}, "next": [{"to": to}]})
}

/// An end.
pub(super) fn end(key: &str) -> Value {
    json!({"key": key, "type": "end", "outcome": key})
}

pub(super) fn start() -> RunCommand {
    start_with(json!({}))
}

pub(super) fn start_with(variables: Value) -> RunCommand {
    RunCommand::StartRun(StartRun {
        run: run_id(),
        workflow: workflow_id(),
        version: 1,
        subject: Some(Subject { entity_type: "equipment".to_owned(), entity_id: "123".to_owned() }),
        variables: object(variables),
    })
}

pub(super) fn complete(step: StepId) -> RunCommand {
    RunCommand::CompleteStep(CompleteStep { step, outcome: None, data: json!({}) })
}

pub(super) fn issued(command: RunCommand) -> Issued<RunCommand> {
    by(manager(), command)
}

pub(super) fn by(by: Acting, command: RunCommand) -> Issued<RunCommand> {
    Issued { command, by, at: at(0), ids: ids() }
}

/// Issued by Docket, `hours` after the run was started.
pub(super) fn later(hours: i64, command: RunCommand) -> Issued<RunCommand> {
    Issued { at: at(hours), ..by(docket(), command) }
}

pub(super) fn given(
    facts: &RunFacts,
    events: impl IntoIterator<Item = RunEvent>,
) -> AggregateTestExecutor<Run> {
    TestFramework::with(facts.clone()).given(events.into_iter().collect())
}

/// What happens when the run of these facts is started.
pub(super) fn begun(facts: &RunFacts) -> Vec<RunEvent> {
    begun_with(facts, json!({}))
}

pub(super) fn begun_with(facts: &RunFacts, variables: Value) -> Vec<RunEvent> {
    let outcome = given(facts, []).when(issued(start_with(variables)));
    outcome.inspect_result().expect("a run that starts")
}

pub(super) fn started() -> RunEvent {
    started_with(json!({}))
}

pub(super) fn started_with(variables: Value) -> RunEvent {
    RunEvent::RunStarted {
        run: run_id(),
        workflow: workflow_id(),
        code: "A".to_owned(),
        name: "A".to_owned(),
        version: 1,
        subject: Some(Subject { entity_type: "equipment".to_owned(), entity_id: "123".to_owned() }),
        variables: object(variables),
        started_by: manager().user(),
        at: at(0),
    }
}

/// The n-th activation, by the run's first token or by transition 0 of another activation.
pub(super) fn activated(
    n: usize,
    key: &str,
    step_type: StepType,
    from: Option<StepId>,
    raised: Option<Raised>,
) -> RunEvent {
    RunEvent::StepActivated {
        step: step_id(n),
        key: key.to_owned(),
        name: key.to_owned(),
        step_type,
        attempt: 1,
        arrivals: vec![Arrival { from, transition: 0 }],
        outrun: vec![],
        raised,
        at: at(0),
    }
}

/// What a task for clerks asks of the world, at the n-th activation.
pub(super) fn for_clerks(n: usize) -> Raised {
    let candidates =
        Candidates { roles: ["clerk".parse().unwrap()].into(), ..Candidates::default() };
    Raised::Task {
        task: ids().id("task", n),
        assignment: Assignment { assignee: None, candidates },
        sla: Sla::default(),
    }
}

pub(super) fn completed(step: StepId, key: &str, outcome: Option<&str>, taken: &[u32]) -> RunEvent {
    RunEvent::StepCompleted {
        step,
        key: key.to_owned(),
        outcome: outcome.map(str::to_owned),
        data: json!({}),
        set: Map::new(),
        taken: taken.to_vec(),
        at: at(0),
    }
}

pub(super) fn run_completed(outcome: &str) -> RunEvent {
    RunEvent::RunCompleted { outcome: outcome.to_owned(), started_at: at(0), at: at(0) }
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    let Value::Object(fields) = value else { panic!("an object") };
    fields
}

/// The codes of the incidents that these events raise, with the keys of their steps.
pub(super) fn incidents(events: &[RunEvent]) -> Vec<(String, String)> {
    let incident = |event: &RunEvent| match event {
        RunEvent::IncidentRaised { key, code, .. } => Some((key.clone(), code.clone())),
        _ => None,
    };
    events.iter().filter_map(incident).collect()
}

/// The state that these events leave.
pub(super) fn state(events: &[RunEvent]) -> Execution {
    let mut run = Run::default();
    events.iter().cloned().for_each(|event| cqrs_es::Aggregate::apply(&mut run, event));
    run.present().expect("a run that was started").clone()
}
