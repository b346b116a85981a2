//! Sequence, choice, parallel branches, loops, ends.

use serde_json::{Value, json};

use crate::run::drive::Drive;
use crate::run::testing::{end, facts, task};
use crate::run::{CancelCause, RunEvent};

#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
fn decision(key: &str, split: &str, next: Value) -> Value {
    json!({"key": key, "type": "decision", "split": split, "next": next})
}

#[expect(clippy::needless_pass_by_value, reason = "tests write the JSON in the call")]
fn choice(outcomes: &[&str], next: Value) -> Value {
    json!({"key": "choice", "type": "task", "assign": {"role": "clerk"}, "outcomes": outcomes, "next": next})
}

#[test]
fn a_sequence_is_done_one_after_the_other() {
    let mut run = Drive::start(facts(json!([task("a", "b"), task("b", "done"), end("done")])));
    assert_eq!(run.at_work(), ["a"]);
    assert_eq!(run.done("a").at_work(), ["b"]);
    assert_eq!(run.done("b").outcome(), Some("done"));
}

#[test]
fn a_choice_takes_the_first_transition_that_holds() {
    let next = json!([
        {"to": "yes", "when": "outcome == 'yes'"},
        {"to": "never", "when": "outcome == 'yes' && data.sure == true"},
        {"to": "no"}
    ]);
    let mut choice = choice(&["yes", "no"], next);
    choice["form"] = json!({"type": "object", "properties": {"sure": {"type": "boolean"}}});
    let facts = facts(json!([choice, end("yes"), end("never"), end("no")]));
    for outcome in ["yes", "no"] {
        let mut run = Drive::start(facts.clone());
        run.ends("choice", Some(outcome), json!({"sure": true}));
        assert_eq!(run.outcome(), Some(outcome));
    }
}

#[test]
fn a_split_by_all_works_on_every_branch_at_once() {
    let split = decision("split", "all", json!([{"to": "a"}, {"to": "b"}, {"to": "c"}]));
    let steps =
        json!([split, task("a", "done"), task("b", "done"), task("c", "done"), end("done")]);
    let mut run = Drive::start(facts(steps));
    assert_eq!(run.at_work(), ["a", "b", "c"]);
    assert_eq!(run.done("b").done("a").at_work(), ["c"]);
    assert_eq!(run.done("c").outcome(), Some("done"));
}

#[test]
fn a_split_by_every_works_on_each_branch_that_holds() {
    let next = json!([
        {"to": "a", "when": "vars.n > 1"},
        {"to": "b", "when": "vars.n > 2"},
        {"to": "c", "when": "vars.n > 3"}
    ]);
    let schema = json!({"variables": {"type": "object", "properties": {"n": {"type": "integer"}}}});
    let steps = json!([
        decision("split", "every", next),
        task("a", "done"),
        task("b", "done"),
        task("c", "done"),
        end("done")
    ]);
    let facts = crate::run::testing::facts_with(schema, steps);
    let run = Drive::start_with(facts.clone(), json!({"n": 3}));
    assert_eq!(run.at_work(), ["a", "b"]);
    let none = Drive::start_with(facts, json!({"n": 0}));
    assert_eq!(none.incidents(), ["NO_TRANSITION".to_owned()].into());
}

#[test]
fn a_loop_counts_its_attempts_and_forgets_the_results_before() {
    let next = json!([
        {"to": "choice", "when": "outcome == 'again' && steps.choice.attempts < 3"},
        {"to": "done"}
    ]);
    let mut run = Drive::start(facts(json!([choice(&["again"], next), end("done")])));
    for _ in 0..3 {
        assert_eq!(run.outcome(), None);
        run.ends("choice", Some("again"), json!({}));
    }
    assert_eq!((run.outcome(), run.attempts("choice")), (Some("done"), 3));
    assert_eq!(run.state().steps.len(), 2);
}

#[test]
fn tokens_that_merge_at_a_plain_step_start_it_each() {
    let split = decision("split", "all", json!([{"to": "a"}, {"to": "b"}]));
    let steps = json!([split, task("a", "c"), task("b", "c"), task("c", "done"), end("done")]);
    let mut run = Drive::start(facts(steps));
    assert_eq!(run.done("a").done("b").at_work(), ["c", "c"]);
    assert_eq!(run.done("c").outcome(), None);
    assert_eq!(run.done("c").outcome(), Some("done"));
    assert_eq!(run.attempts("c"), 2);
}

#[test]
fn the_end_that_a_token_comes_to_last_gives_the_outcome() {
    let split = decision("split", "all", json!([{"to": "a"}, {"to": "b"}]));
    let steps = json!([split, task("a", "one"), task("b", "two"), end("one"), end("two")]);
    let mut run = Drive::start(facts(steps));
    assert_eq!(run.done("b").outcome(), None);
    assert_eq!(run.done("a").outcome(), Some("one"));
}

#[test]
fn an_end_that_terminates_gives_every_other_branch_up() {
    let split = decision("split", "all", json!([{"to": "a"}, {"to": "b"}, {"to": "c"}]));
    let mut stop = end("stop");
    stop["terminate"] = json!(true);
    let mut join = task("join", "done");
    join["join"] = json!("all");
    let steps = json!([
        split,
        task("a", "stop"),
        task("b", "join"),
        task("c", "join"),
        join,
        stop,
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    run.done("b");
    assert_eq!(run.waiting(), ["join"]);
    run.done("a");
    assert_eq!(run.outcome(), Some("stop"));
    let given_up: Vec<_> = run
        .events
        .iter()
        .filter_map(|event| match event {
            RunEvent::StepCancelled { key, cause, raised, .. } => {
                Some((key.as_str(), cause.clone(), raised.is_some()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(given_up, [("c", CancelCause::RunEnded { end: "stop".to_owned() }, true)]);
    assert!(run.at_work().is_empty() && run.waiting().is_empty());
}

#[test]
fn a_pause_waits_for_a_period_a_date_or_what_an_expression_gives() {
    for wait in [
        json!({"for": "PT24H"}),
        json!({"until": "1970-01-03T12:00:00Z"}),
        json!({"expr": "run.startedAt + duration('36h')"}),
        json!({"expr": "'1970-01-09'"}),
    ] {
        let pause = json!({"key": "pause", "type": "wait", "wait": wait, "next": [{"to": "done"}]});
        let mut run = Drive::start(facts(json!([pause, end("done")])));
        assert_eq!(run.wakes("pause").outcome(), Some("done"), "{wait}");
    }
}
