//! How tokens come together.

use serde_json::{Value, json};

use crate::run::drive::Drive;
use crate::run::testing::{end, facts, task};

fn split(key: &str, to: &[&str]) -> Value {
    let next: Vec<_> = to.iter().map(|to| json!({"to": to})).collect();
    json!({"key": key, "type": "decision", "split": "all", "next": next})
}

fn joined(key: &str, join: Value, to: &str) -> Value {
    let mut step = task(key, to);
    step["join"] = join;
    step
}

fn choice(key: &str, next: &[(&str, &str)]) -> Value {
    let outcomes: Vec<_> = next.iter().map(|(outcome, _)| outcome).collect();
    let next: Vec<_> = next
        .iter()
        .map(|(outcome, to)| json!({"to": to, "when": format!("outcome == '{outcome}'")}))
        .collect();
    json!({"key": key, "type": "task", "assign": {"role": "clerk"}, "outcomes": outcomes, "next": next})
}

/// A split into a, b and c that come together at `join`, which leads to the end.
fn three(join: Value) -> Drive {
    let steps = json!([
        split("split", &["a", "b", "c"]),
        task("a", "join"),
        task("b", "join"),
        task("c", "join"),
        joined("join", join, "done"),
        end("done")
    ]);
    Drive::start(facts(steps))
}

#[test]
fn all_waits_for_every_branch() {
    let mut run = three(json!("all"));
    assert_eq!(run.done("a").done("c").waiting(), ["join", "join"]);
    assert_eq!(run.done("b").at_work(), ["join"]);
    assert_eq!(run.done("join").outcome(), Some("done"));
    assert_eq!(run.attempts("join"), 1);
}

#[test]
fn first_passes_with_the_first_token_and_absorbs_the_rest() {
    let mut run = three(json!("first"));
    assert_eq!(run.done("b").at_work(), ["a", "c", "join"]);
    assert_eq!(run.done("join").outcome(), None);
    assert_eq!(run.done("a").outcome(), None);
    assert_eq!(run.done("c").outcome(), Some("done"));
    assert_eq!(run.absorbed(), 2);
    assert_eq!(run.attempts("join"), 1);
}

#[test]
fn a_count_passes_with_that_many_and_absorbs_the_rest() {
    let mut run = three(json!({"count": 2}));
    assert_eq!(run.done("c").waiting(), ["join"]);
    assert_eq!(run.done("a").at_work(), ["b", "join"]);
    assert_eq!((run.done("b").absorbed(), run.done("join").outcome()), (1, Some("done")));
    assert_eq!(run.attempts("join"), 1);
}

#[test]
fn all_does_not_wait_for_a_branch_that_went_elsewhere() {
    let steps = json!([
        split("split", &["a", "b"]),
        choice("a", &[("on", "join"), ("off", "aside")]),
        task("b", "join"),
        joined("join", json!("all"), "done"),
        end("aside"),
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    assert_eq!(run.done("b").waiting(), ["join"]);
    run.ends("a", Some("off"), json!({}));
    assert_eq!((run.at_work(), run.outcome()), (vec!["join"], None));
    assert_eq!(run.done("join").outcome(), Some("done"));
}

#[test]
fn all_waits_for_a_branch_that_goes_round_a_loop_of_its_own() {
    let steps = json!([
        split("split", &["a", "b"]),
        choice("a", &[("on", "join"), ("again", "rest")]),
        task("rest", "a"),
        task("b", "join"),
        joined("join", json!("all"), "done"),
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    run.done("b").ends("a", Some("again"), json!({}));
    assert_eq!(run.at_work(), ["rest"]);
    run.done("rest").ends("a", Some("on"), json!({}));
    assert_eq!(run.at_work(), ["join"]);
}

/// A split in a split, all of it in a loop: the inner join must not wait for the other outer branch, which
/// could come to it only by way of the next round.
#[test]
fn joins_in_joins_in_a_loop_wait_each_for_its_own_split() {
    let steps = json!([
        split("outer", &["inner", "c"]),
        split("inner", &["a", "b"]),
        task("a", "inner_join"), task("b", "inner_join"),
        joined("inner_join", json!("all"), "outer_join"),
        task("c", "outer_join"),
        { "key": "outer_join", "type": "task", "join": "all", "assign": {"role": "clerk"},
          "outcomes": ["again", "done"],
          "next": [{"to": "outer", "when": "outcome == 'again'"}, {"to": "done"}] },
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    for outcome in ["again", "done"] {
        assert_eq!(run.done("c").waiting(), ["outer_join"]);
        run.done("a").done("b").done("inner_join");
        assert_eq!(run.at_work(), ["outer_join"]);
        run.ends("outer_join", Some(outcome), json!({}));
    }
    assert_eq!((run.outcome(), run.attempts("outer_join")), (Some("done"), 2));
}

/// What was outrun in one round must not swallow the tokens of the next.
#[test]
fn first_starts_afresh_in_the_next_round_of_a_loop() {
    let steps = json!([
        split("split", &["a", "b"]),
        task("a", "join"), task("b", "join"),
        { "key": "join", "type": "task", "join": "first", "assign": {"role": "clerk"},
          "outcomes": ["again", "done"],
          "next": [{"to": "split", "when": "outcome == 'again'"}, {"to": "done"}] },
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    run.done("a").ends("join", Some("again"), json!({}));
    assert_eq!(run.at_work(), ["a", "b", "b"]);
    run.done("b").done("b");
    assert_eq!((run.absorbed(), run.attempts("join")), (1, 2));
    run.ends("join", Some("done"), json!({}));
    assert_eq!(run.done("a").outcome(), Some("done"));
    assert_eq!(run.absorbed(), 2);
}

#[test]
fn branches_that_come_to_a_join_at_once_pass_it_once() {
    for join in [json!("first"), json!("all"), json!({"count": 2})] {
        let steps = json!([
            split("split", &["join", "join"]),
            joined("join", join.clone(), "done"),
            end("done")
        ]);
        let mut run = Drive::start(facts(steps));
        assert_eq!((run.at_work(), run.attempts("join")), (vec!["join"], 1), "{join}");
        assert_eq!(run.done("join").outcome(), Some("done"));
    }
}

#[test]
fn a_join_waits_while_another_branch_is_in_an_incident() {
    let steps = json!([
        split("split", &["a", "b"]),
        choice("a", &[("on", "join")]),
        task("b", "join"),
        joined("join", json!("all"), "done"),
        end("done")
    ]);
    let mut run = Drive::start(facts(steps));
    run.ends("a", Some("other"), json!({})).done("b");
    assert_eq!((run.waiting(), run.at_work()), (vec!["join"], vec!["a"]));
    assert_eq!(run.incidents(), ["NO_TRANSITION".to_owned()].into());
}
