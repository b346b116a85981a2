//! Which joins wait for what, and which of them could wait for ever.

use serde_json::{Value, json};

use crate::FaultCode;
use crate::workflow::Compiled;

/// A task that leads to these steps: `first`, unless a split is given; joins as given.
fn step(key: &str, split: &str, join: &str, to: &[&str]) -> Value {
    let next: Vec<_> = to
        .iter()
        .enumerate()
        .map(|(at, to)| match split {
            "first" => json!({"to": to, "when": format!("outcome == 'o{at}'")}),
            _ => json!({"to": to}),
        })
        .collect();
    let join = join.parse::<u32>().map_or_else(|_| json!(join), |count| json!({"count": count}));
    json!({
        "key": key, "type": "task", "assign": {"role": "clerk"}, "outcomes": ["o0", "o1", "o2"],
        "split": split, "join": join, "next": next
    })
}

fn end() -> Value {
    json!({"key": "end", "type": "end", "outcome": "end"})
}

fn compile(mut steps: Vec<Value>) -> Result<Compiled, Vec<(String, FaultCode)>> {
    let start = steps[0]["key"].clone();
    steps.push(end());
    let definition = json!({"code": "A", "name": "A", "start": start, "steps": steps});
    Compiled::new(&definition)
        .map_err(|faults| faults.into_iter().map(|fault| (fault.path, fault.code)).collect())
}

fn refused(steps: Vec<Value>) -> Vec<(String, FaultCode)> {
    compile(steps).expect_err("a fault")
}

/// The keys of the steps at work in which a token can still come to the join.
fn awaited(compiled: &Compiled, join: &str) -> Vec<String> {
    let plan = compiled.join(compiled.place(join).unwrap()).expect("a join that waits");
    let steps = compiled.definition().steps.iter().enumerate();
    steps.filter(|(at, _)| plan.can_leave_from(*at)).map(|(_, step)| step.key.clone()).collect()
}

#[test]
fn a_join_waits_for_whatever_can_come_to_it_from_its_split() {
    let compiled = compile(vec![
        step("split", "all", "any", &["a", "b"]),
        step("a", "first", "any", &["join", "a"]),
        step("b", "first", "any", &["c", "end"]),
        step("c", "first", "any", &["join"]),
        step("join", "first", "all", &["end", "split"]),
    ]);
    assert_eq!(awaited(&compiled.unwrap(), "join"), ["a", "b", "c"]);
}

#[test]
fn a_join_inside_another_does_not_wait_for_the_next_round() {
    let compiled = compile(vec![
        step("outer", "all", "any", &["inner", "c"]),
        step("inner", "all", "any", &["a", "b"]),
        step("a", "first", "any", &["inner_join"]),
        step("b", "first", "any", &["inner_join"]),
        step("inner_join", "first", "all", &["outer_join"]),
        step("c", "first", "any", &["outer_join"]),
        step("outer_join", "first", "all", &["outer", "end"]),
    ])
    .unwrap();
    assert_eq!(awaited(&compiled, "inner_join"), ["a", "b"]);
    assert_eq!(awaited(&compiled, "outer_join"), ["inner", "a", "b", "inner_join", "c"]);
}

#[test]
fn all_after_a_choice_does_not_wait_for_ever() {
    let compiled = compile(vec![
        step("choice", "first", "any", &["a", "b"]),
        step("a", "first", "any", &["join"]),
        step("b", "first", "any", &["join"]),
        step("join", "first", "all", &["end"]),
    ])
    .unwrap();
    assert_eq!(awaited(&compiled, "join"), ["choice", "a", "b"]);
}

#[test]
fn joins_that_could_wait_for_each_other_are_refused() {
    // Either branch leads to its own join first and to the other one's afterwards.
    let found = refused(vec![
        step("split", "all", "any", &["left", "right"]),
        step("left", "first", "all", &["right", "end"]),
        step("right", "first", "all", &["left", "end"]),
    ]);
    let deadlock = |at: usize| (format!("/steps/{at}/join"), FaultCode::JoinDeadlock);
    assert_eq!(found, [deadlock(1), deadlock(2)]);
}

#[test]
fn joins_that_could_absorb_each_other_s_tokens_are_refused() {
    // Each branch passes one of them first, and would be late at the other: nothing would come of either.
    let found = refused(vec![
        step("split", "all", "any", &["left", "right"]),
        step("left", "first", "first", &["right", "end"]),
        step("right", "first", "first", &["left", "end"]),
    ]);
    let deadlock = |at: usize| (format!("/steps/{at}/join"), FaultCode::JoinDeadlock);
    assert_eq!(found, [deadlock(1), deadlock(2)]);
}

fn counted(split: &str, join: &str, a: &[&str]) -> Vec<Value> {
    vec![
        step("split", split, "any", &["a", "b"]),
        step("a", "first", "any", a),
        step("b", "first", "any", &["join"]),
        step("join", "first", join, &["end"]),
    ]
}

#[test]
fn a_count_that_is_sure_to_come_is_published() {
    assert!(compile(counted("all", "2", &["join"])).is_ok());
    assert!(compile(counted("all", "2", &["join", "a"])).is_ok());
}

#[test]
fn a_count_inside_a_loop_is_published() {
    let compiled = compile(vec![
        step("split", "all", "any", &["a", "b"]),
        step("a", "first", "any", &["join"]),
        step("b", "first", "any", &["join"]),
        step("join", "first", "2", &["split", "end"]),
    ]);
    assert!(compiled.is_ok(), "{:?}", compiled.err());
}

#[test]
fn a_count_that_may_not_come_is_refused() {
    let starving = [("/steps/3/join".to_owned(), FaultCode::JoinDeadlock)];
    // More than there are branches; after a choice; each branch only perhaps; a branch that can end.
    assert_eq!(refused(counted("all", "3", &["join"])), starving);
    assert_eq!(refused(counted("first", "2", &["join"])), starving);
    assert_eq!(refused(counted("every", "2", &["join"])), starving);
    assert_eq!(refused(counted("all", "2", &["join", "end"])), starving);
}

#[test]
fn a_count_behind_another_join_of_the_same_branches_is_refused() {
    let found = refused(vec![
        step("split", "all", "any", &["a", "b"]),
        step("a", "first", "any", &["before"]),
        step("b", "first", "any", &["before"]),
        step("before", "first", "all", &["join"]),
        step("join", "first", "2", &["end"]),
    ]);
    assert_eq!(found, [("/steps/4/join".to_owned(), FaultCode::JoinDeadlock)]);
}

#[test]
fn a_count_whose_split_mixes_its_rounds_is_refused() {
    // The split starts itself again while its other branches are at work.
    let found = refused(vec![
        step("split", "all", "any", &["split", "join", "a"]),
        step("a", "first", "first", &["join"]),
        step("join", "first", "2", &["end"]),
    ]);
    assert_eq!(found, [("/steps/2/join".to_owned(), FaultCode::JoinDeadlock)]);
    // Two tokens come to the split.
    let found = refused(vec![
        step("two", "all", "any", &["split", "split"]),
        step("split", "all", "any", &["join", "a"]),
        step("a", "first", "first", &["join"]),
        step("join", "first", "2", &["end"]),
    ]);
    assert_eq!(found, [("/steps/3/join".to_owned(), FaultCode::JoinDeadlock)]);
    // A step before starts itself again with each token that it sends to the split.
    let found = refused(vec![
        step("again", "all", "any", &["again", "split"]),
        step("split", "all", "any", &["join", "a"]),
        step("a", "first", "first", &["join"]),
        step("join", "first", "2", &["end"]),
    ]);
    assert_eq!(found, [("/steps/3/join".to_owned(), FaultCode::JoinDeadlock)]);
}

#[test]
fn a_count_inside_the_branch_of_a_loop_is_published() {
    for inner in ["all", "first"] {
        let compiled = compile(vec![
            step("outer", "all", "any", &["a", "split"]),
            step("a", "first", "any", &["outer_join"]),
            step("split", "all", "any", &["b", "inner"]),
            step("b", "first", "any", &["join"]),
            step("inner", "all", "any", &["c", "d"]),
            step("c", "first", "any", &["inner_join"]),
            step("d", "first", "any", &["inner_join"]),
            step("inner_join", "first", inner, &["inner", "join"]),
            step("join", "first", "2", &["split", "outer_join"]),
            step("outer_join", "first", "all", &["outer", "end"]),
        ]);
        assert!(compiled.is_ok(), "{inner}: {:?}", compiled.err());
    }
}

#[test]
fn a_count_among_branches_that_multiply_is_refused() {
    // The branch `a` starts itself again with each token that it sends on, whatever the round.
    let found = refused(vec![
        step("split", "all", "any", &["join", "a"]),
        step("a", "all", "first", &["a", "join"]),
        step("join", "all", "2", &["split", "end"]),
    ]);
    assert!(found.contains(&("/steps/2/join".to_owned(), FaultCode::JoinDeadlock)), "{found:?}");
}

#[test]
fn ways_are_checked() {
    let found = refused(vec![
        step("a", "first", "any", &["b", "nowhere"]),
        step("b", "first", "any", &["b"]),
        step("island", "first", "any", &["end"]),
    ]);
    assert_eq!(
        found,
        [
            ("/steps/0/next/1/to".to_owned(), FaultCode::UnknownStep),
            ("/steps/1".to_owned(), FaultCode::NoWayToEnd),
            ("/steps/2".to_owned(), FaultCode::UnreachableStep),
            ("/steps/3".to_owned(), FaultCode::UnreachableStep),
        ]
    );
}

/// The checks walk the graph for each split and each join; this is as large as a definition can be.
#[test]
fn the_largest_graph_is_checked() {
    let count = 480;
    let steps = (0..count)
        .map(|at| {
            let (next, back) = (format!("s{}", at + 1), format!("s{}", at / 2));
            let next = if at + 1 == count { "end".to_owned() } else { next };
            let (split, join) = if at % 2 == 0 { ("all", "any") } else { ("first", "all") };
            step(&format!("s{at}"), split, join, &[&next, &next, &back])
        })
        .collect();
    let found = compile(steps).err().unwrap_or_default();
    assert!(found.iter().all(|(_, code)| *code == FaultCode::JoinDeadlock), "{found:?}");
}
