//! Where a run cannot go on: an incident, never a silent end, and never a value in its message.

use serde_json::{Value, json};

use crate::run::drive::Drive;
use crate::run::testing::{end, facts, facts_with, task};
use crate::run::{ActivationState, RunEvent, Status};
use crate::workflow::limits::{ACTIVATIONS_MAX, ACTIVATIONS_MAX_AT_ONCE};

fn message(run: &Drive) -> String {
    let incident = run.events.iter().find_map(|event| match event {
        RunEvent::IncidentRaised { message, .. } => Some(message.clone()),
        _ => None,
    });
    incident.expect("an incident")
}

fn variables() -> Value {
    let name = json!({"type": "string", "x-personal": true});
    let list = json!({"type": "array", "maxItems": 3, "items": {"type": "integer"}});
    json!({"variables": {"type": "object", "properties": {"name": name, "list": list, "n": {"type": "integer"}}}})
}

fn routed_by(when: &str, variables_given: Value) -> Drive {
    let route = json!({"key": "route", "type": "decision", "next": [{"to": "done", "when": when}]});
    Drive::start_with(facts_with(variables(), json!([route, end("done")])), variables_given)
}

#[test]
fn an_expression_that_fails_stops_the_step_and_not_the_run() {
    for (when, given) in [
        ("vars.n > 1", json!({})),
        ("1 / vars.n > 1", json!({"n": 0})),
        ("vars.list[2] == 1", json!({"list": [1]})),
        ("timestamp(vars.name) < now", json!({"name": "Ada"})),
        ("int(vars.name) == 1", json!({"name": "Ada"})),
    ] {
        let run = routed_by(when, given);
        assert_eq!(run.incidents(), ["EXPRESSION_FAILED".to_owned()].into(), "{when}");
        assert_eq!((run.state().status, run.at_work()), (Status::Running, vec!["route"]));
        assert!(
            run.state().active.values().all(|active| active.state == ActivationState::Incident)
        );
        assert!(message(&run).starts_with(&format!("`{when}` ")), "{}", message(&run));
        assert!(!message(&run).contains("Ada"), "{}", message(&run));
    }
}

#[test]
fn a_key_that_is_a_value_is_not_told() {
    let run = routed_by("vars[vars.name] == 1", json!({"name": "secret"}));
    assert_eq!(message(&run), "`vars[vars.name] == 1` looks up a key that is not there");
}

#[test]
fn work_for_somebody_who_is_not_there_is_an_incident() {
    let nobody = crate::MemberId::default().to_string();
    for assign in [
        json!({"user": nobody}),
        json!({"team": "sales"}),
        json!({"expr": "'somebody'"}),
        json!({"expr": "[]"}),
    ] {
        let mut work = task("work", "done");
        work["assign"] = assign.clone();
        let run = Drive::start(facts(json!([work, end("done")])));
        assert_eq!(run.incidents(), ["NOBODY_TO_ASK".to_owned()].into(), "{assign}");
    }
}

#[test]
fn a_loop_that_waits_for_nobody_is_stopped() {
    let steps = json!([
        {"key": "round", "type": "decision", "next": [{"to": "round", "when": "now == now"}, {"to": "done"}]},
        end("done")
    ]);
    let run = Drive::start(facts(steps));
    assert_eq!(run.incidents(), ["LOOP_WITHOUT_WAIT".to_owned()].into());
    assert_eq!(run.state().activations, ACTIVATIONS_MAX_AT_ONCE + 1);
}

#[test]
fn a_loop_that_does_not_end_is_stopped() {
    let steps = json!([
        {"key": "work", "type": "task", "assign": {"role": "clerk"}, "outcomes": ["again", "done"],
         "next": [{"to": "spin", "when": "outcome == 'again'"}, {"to": "done"}]},
        {"key": "spin", "type": "decision",
         "next": [{"to": "work", "when": "(steps.spin.attempts % 900) == 0"}, {"to": "spin"}]},
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    while run.incidents().is_empty() {
        run.ends("work", Some("again"), json!({}));
    }
    assert_eq!(run.incidents(), ["TOO_MANY_ACTIVATIONS".to_owned()].into());
    assert_eq!(run.state().activations, ACTIVATIONS_MAX + 1);
}

#[test]
fn variables_that_would_break_their_schema_are_not_set() {
    let mut work = task("work", "done");
    work["form"] = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
    work["set"] = json!({"n": "data.n"});
    let schema = json!({"variables": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 5}}}});
    let facts = facts_with(schema, json!([work, end("done")]));
    let mut run = Drive::start_with(facts, json!({"n": 1}));
    run.ends("work", None, json!({"n": 9}));
    assert_eq!(run.incidents(), ["VARIABLE_FAULTS".to_owned()].into());
    assert_eq!(message(&run), "the variables would have faults at /n (INVALID_VALUE)");
    assert_eq!(run.state().variables["n"], 1);
    let kept = run.state().steps["work"].result.as_ref().expect("what came of it");
    assert_eq!(kept.data, json!({"n": 9}));
}

#[test]
fn a_run_with_an_incident_can_be_cancelled() {
    let mut run = routed_by("vars.n > 1", json!({}));
    run.command(crate::run::RunCommand::CancelRun { reason: "stuck".to_owned() }).unwrap();
    assert_eq!(run.state().status, Status::Cancelled);
    assert!(run.at_work().is_empty());
}
