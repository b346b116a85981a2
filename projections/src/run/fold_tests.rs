use docket_domain::run::{CancelCause, Raised, StepType, Subject};
use docket_domain::{Assignment, Candidates, DomainEvents, Sla, StepId, TaskId};
use serde_json::{Map, Value, json};

use super::*;
use crate::run::{StepRow, StepStatus};
use crate::testing::{ada, at, folded, id, org, stream};

fn run() -> RunId {
    id(5)
}

fn step(n: u32) -> StepId {
    id(1_000 + u128::from(n))
}

fn started() -> RunEvent {
    let Value::Object(variables) =
        json!({"name": {"$docket:personal": {"subject": "run_1", "value": "Eve"}}, "cost": 5})
    else {
        unreachable!("an object")
    };
    RunEvent::RunStarted {
        run: run(),
        workflow: id(6),
        code: "BUY".to_owned(),
        name: "Buying".to_owned(),
        version: 3,
        subject: Some(Subject { entity_type: "car".to_owned(), entity_id: "9".to_owned() }),
        variables,
        started_by: Some(ada()),
        at: at(0),
    }
}

fn activated(n: u32, raised: Option<Raised>) -> RunEvent {
    RunEvent::StepActivated {
        step: step(n),
        key: format!("step_{n}"),
        name: format!("Step {n}"),
        step_type: StepType::Task,
        attempt: 1,
        arrivals: Vec::new(),
        outrun: Vec::new(),
        raised,
        at: at(1),
    }
}

fn completed(n: u32) -> RunEvent {
    let mut set = Map::new();
    set.insert("cost".to_owned(), json!(7));
    RunEvent::StepCompleted {
        step: step(n),
        key: format!("step_{n}"),
        outcome: Some("done".to_owned()),
        data: json!({"note": "fine"}),
        set,
        taken: vec![0],
        at: at(2),
    }
}

fn fold(events: Vec<RunEvent>) -> Result<RunTables, FoldError> {
    folded::<Runs>(&stream(run(), DomainEvents::Run, events))
}

fn row(events: Vec<RunEvent>) -> RunRow {
    fold(events).unwrap().runs.get(Some(org()), run()).unwrap().unwrap().clone()
}

#[test]
fn a_new_run_goes_on_with_its_variables_plain() {
    let row = row(vec![started()]);
    assert_eq!((row.status, row.workflow_version, row.version), (RunStatus::Running, 3, 1));
    assert_eq!(Value::Object(row.variables), json!({"name": "Eve", "cost": 5}));
    assert_eq!(row.parties, [format!("sees:user:{}", ada())].into());
}

#[test]
fn a_step_names_what_it_raised_and_lets_those_see_the_run() {
    let task: TaskId = id(8);
    let candidates =
        Candidates { roles: ["clerk".parse().unwrap()].into(), ..Candidates::default() };
    let assignment = Assignment { assignee: None, candidates };
    let sla = Sla { due_at: Some(at(9)), ..Sla::default() };
    let row = row(vec![started(), activated(1, Some(Raised::Task { task, assignment, sla }))]);
    let active: Vec<&StepRow> = row.active_steps().collect();
    assert_eq!((active[0].task, active[0].due_at, active[0].ordinal), (Some(task), Some(at(9)), 1));
    assert!(row.parties.contains("sees:role:clerk"));
}

#[test]
fn a_completed_step_has_its_result_and_sets_variables() {
    let row = row(vec![started(), activated(1, None), completed(1), activated(2, None)]);
    assert_eq!(row.variables["cost"], json!(7));
    assert_eq!(row.steps[0].status, StepStatus::Completed);
    assert_eq!(row.steps[0].data, Some(json!({"note": "fine"})));
    assert_eq!(row.active_steps().map(|step| step.id).collect::<Vec<_>>(), [step(2)]);
}

#[test]
fn an_incident_is_listed_and_the_step_stays_active() {
    let incident = RunEvent::IncidentRaised {
        step: step(1),
        key: "step_1".to_owned(),
        code: "NO_TRANSITION".to_owned(),
        message: "nowhere to go".to_owned(),
        result: None,
        at: at(2),
    };
    let row = row(vec![started(), activated(1, None), incident]);
    assert_eq!(row.incidents[0].code, "NO_TRANSITION");
    assert_eq!(row.active_steps().count(), 1);
}

#[test]
fn a_completed_run_has_an_outcome() {
    let outcome = "rejected".to_owned();
    let ended = RunEvent::RunCompleted { outcome, started_at: at(0), at: at(9) };
    let row = row(vec![started(), ended]);
    assert_eq!((row.status, row.ended_at), (RunStatus::Completed, Some(at(9))));
    assert_eq!(row.outcome.as_deref(), Some("rejected"));
}

#[test]
fn a_cancelled_run_says_why_and_so_do_its_steps() {
    let reason = "no money".to_owned();
    let given_up = RunEvent::StepCancelled {
        step: step(1),
        key: "step_1".to_owned(),
        raised: None,
        cause: CancelCause::RunCancelled { reason: reason.clone() },
        at: at(4),
    };
    let cancelled = RunEvent::RunCancelled { reason, started_at: at(0), at: at(4) };
    let row = row(vec![started(), activated(1, None), given_up, cancelled]);
    assert_eq!(
        (row.status, row.cancel_reason.as_deref()),
        (RunStatus::Cancelled, Some("no money"))
    );
    assert_eq!(row.steps[0].status, StepStatus::Cancelled);
    assert_eq!(row.steps[0].cancel_reason.as_deref(), Some("no money"));
}

#[test]
fn a_long_run_sets_its_earlier_steps_aside() {
    let mut events = vec![started(), activated(1, None)];
    // The first step stays at work all the time.
    events.extend((2..=400).flat_map(|n| [activated(n, None), completed(n)]));
    let rows = fold(events).unwrap();
    let row = rows.runs.get(Some(org()), run()).unwrap().unwrap();
    assert!(row.steps.len() < 130, "{} steps stay in the row", row.steps.len());
    assert_eq!(row.steps[0].id, step(1));
    let mut ordinals: Vec<_> = row.steps.iter().map(|step| step.ordinal).collect();
    for number in 1..=row.chunks {
        let chunk = ChunkId { run: run(), number };
        let chunk = rows.chunks.get(Some(org()), chunk).unwrap().unwrap();
        ordinals.extend(chunk.steps.iter().map(|step| step.ordinal));
    }
    ordinals.sort_unstable();
    assert_eq!(ordinals, (1..=400).collect::<Vec<_>>());
}

#[test]
fn a_step_that_was_never_activated_is_poison() {
    let refused = fold(vec![started(), completed(1)]).unwrap_err();
    assert!(matches!(refused, FoldError::Unfit(_)), "{refused}");
}
