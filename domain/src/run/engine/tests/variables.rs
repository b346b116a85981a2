//! What steps leave behind: results and variables.

use serde_json::{Value, json};

use crate::run::drive::Drive;
use crate::run::testing::{end, facts_with, run_id, task};

fn schema() -> Value {
    json!({"variables": {"type": "object", "properties": {
        "amount": {"type": "integer"},
        "doubled": {"type": "integer"},
        "name": {"type": "string", "x-personal": true},
        "at": {"type": "string"}
    }}})
}

fn set(assignments: Value, next: Value) -> Value {
    let mut work = task("work", "done");
    let fields =
        json!({"amount": {"type": "integer"}, "name": {"type": "string", "x-personal": true}});
    work["form"] = json!({"type": "object", "properties": fields});
    work["set"] = assignments;
    work["next"] = next;
    work
}

#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
fn start(work: Value) -> Drive {
    let facts = facts_with(schema(), json!([work, end("done"), end("large")]));
    Drive::start_with(facts, json!({"amount": 1, "doubled": 2}))
}

#[test]
fn all_are_worked_out_from_what_was_before_and_transitions_see_what_is_after() {
    let next = json!([{"to": "large", "when": "vars.amount > 10"}, {"to": "done"}]);
    let work = set(json!({"amount": "data.amount", "doubled": "vars.amount * 2"}), next);
    let mut run = start(work);
    run.ends("work", None, json!({"amount": 50}));
    assert_eq!(
        *run.state().variables,
        crate::run::testing::object(json!({"amount": 50, "doubled": 2}))
    );
    assert_eq!(run.outcome(), Some("large"));
}

#[test]
fn a_personal_variable_is_marked_when_it_is_set() {
    let next = json!([{"to": "large", "when": "vars.name == 'Ada'"}, {"to": "done"}]);
    let mut run = start(set(json!({"name": "data.name"}), next));
    // A task's own personal data comes marked under the task's key.
    let data = json!({"name": {"$docket:personal": {"subject": "task_1", "value": "Ada"}}});
    run.ends("work", None, data);
    let marked = json!({"$docket:personal": {"subject": run_id().to_string(), "value": "Ada"}});
    assert_eq!(run.state().variables["name"], marked);
    assert_eq!(run.outcome(), Some("large"));
}

#[test]
fn a_time_is_set_as_a_text() {
    let mut run = start(set(json!({"at": "now"}), json!([{"to": "done"}, {"to": "large"}])));
    run.done("work");
    assert_eq!(run.state().variables["at"], "1970-01-01T02:00:00Z");
}

#[test]
fn later_steps_see_what_came_of_earlier_ones() {
    let mut first = task("first", "route");
    first["outcomes"] = json!(["high", "low"]);
    first["form"] = json!({"type": "object", "properties": {"score": {"type": "integer"}}});
    let when = "steps.first.outcome == 'high' && steps.first.data.score > 3 && steps.first.attempts == 1 \
                && steps.never.attempts == 0 && steps.never.outcome == null && !has(steps.never.data.score) \
                && subject.entityId == '123' && run.version == 1 && run.code == 'A' && run.startedAt < now";
    let mut never = task("never", "done");
    never["form"] = first["form"].clone();
    let route = json!({"key": "route", "type": "decision", "next": [{"to": "large", "when": when}, {"to": "never"}]});
    let facts = facts_with(schema(), json!([first, route, never, end("done"), end("large")]));
    let mut run = Drive::start(facts);
    run.ends("first", Some("high"), json!({"score": 4}));
    assert_eq!(run.outcome(), Some("large"));
}
