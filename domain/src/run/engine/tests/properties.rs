//! Whatever the definition and whatever people do: no run stands still without a word, and a replay gives
//! the same state.

use cqrs_es::Aggregate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::blocks::{blocks, definition};
use crate::run::drive::Drive;
use crate::run::testing::{end, facts};
use crate::run::{ActivationState, Run, Status};
use crate::workflow::Compiled;

/// The most things that people do in one run: loops are left at random, and tokens can multiply.
const ACTS_MAX: usize = 120;

/// Lets people end their work in the order and with the outcomes that `choices` give, until the run ends.
fn drive(run: &mut Drive, choices: &[u16]) {
    for choice in choices.iter().cycle().take(ACTS_MAX) {
        let choice = usize::from(*choice);
        let at_work: Vec<(String, bool)> = run
            .state()
            .active
            .values()
            .filter(|active| active.state != ActivationState::Incident)
            .map(|active| {
                (active.key.clone(), matches!(active.state, ActivationState::Waiting { .. }))
            })
            .collect();
        let Some((key, pauses)) = at_work.get(choice % at_work.len().max(1)) else { return };
        if *pauses {
            run.wakes(key);
        } else {
            let outcome = format!("o{}", (choice / 7) % 3);
            run.ends(key, Some(&outcome), json!({}));
        }
        check(run);
    }
}

fn check(run: &Drive) {
    let state = run.state();
    assert!(state.moving.is_empty(), "a token is left on a transition");
    let ended = state.status == Status::Completed;
    assert_eq!(ended, state.active.is_empty(), "stands still without a word: {:?}", run.waiting());
    assert!(!ended || run.outcome().is_some(), "every token was absorbed");
    assert!(!run.incidents().contains("JOIN_STARVED"), "a join waited for ever");
}

fn check_replay(run: &Drive) {
    let mut replayed = Run::default();
    run.events.iter().cloned().for_each(|event| replayed.apply(event));
    assert_eq!(replayed, run.run);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// What is built of sequences, choices, parallel branches and loops inside one another is sound: it is
    /// published, and comes to its end without an incident.
    #[test]
    fn well_built_definitions_are_published_and_come_to_their_end(
        block in blocks(),
        choices in prop::collection::vec(any::<u16>(), 50),
    ) {
        let definition = definition(&block);
        let compiled = Compiled::new(&definition);
        prop_assert!(compiled.is_ok(), "{:#?} of {definition:#}", compiled.err());
        let mut run = Drive::start(facts(definition["steps"].clone()));
        check(&run);
        drive(&mut run, &choices);
        check_replay(&run);
        prop_assert!(run.incidents().is_empty(), "{:?}", run.incidents());
        prop_assert!(run.outcome().is_some() || block.loops(), "{:?}", run.at_work());
    }
}

/// Any graph whatever: a chain of steps to the end, so that each is reachable, and further ways at random.
fn any_graph() -> impl Strategy<Value = Value> {
    let step = (
        prop::sample::select(vec!["first", "first", "all", "every"]),
        prop::sample::select(vec![
            json!("any"),
            json!("any"),
            json!("all"),
            json!("first"),
            json!({"count": 2}),
        ]),
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    );
    prop::collection::vec(step, 2..9).prop_map(|steps| {
        let count = steps.len();
        let mut all: Vec<Value> = steps
            .into_iter()
            .enumerate()
            .map(|(at, (split, join, further))| {
                let further = further.into_iter().map(|index| index.index(count + 1));
                let targets: Vec<usize> = std::iter::once(at + 1).chain(further).collect();
                step_of(at, split, &join, &targets)
            })
            .collect();
        all.push(end(&format!("s{count}")));
        Value::Array(all)
    })
}

fn step_of(at: usize, split: &str, join: &Value, targets: &[usize]) -> Value {
    let way = |(index, to): (usize, &usize)| match (split, index) {
        ("first", 1..) => json!({"to": format!("s{to}"), "when": format!("outcome == 'o{index}'")}),
        _ => json!({"to": format!("s{to}")}),
    };
    let mut next: Vec<Value> = targets.iter().enumerate().map(way).collect();
    // The way that is always open comes last.
    next.reverse();
    json!({
        "key": format!("s{at}"), "type": "task", "assign": {"role": "clerk"},
        "outcomes": ["o0", "o1", "o2"], "split": split, "join": join, "next": next
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// However wild the graph: if it is published, no join of it waits for ever.
    #[test]
    fn no_join_of_what_is_published_waits_for_ever(
        steps in any_graph(),
        choices in prop::collection::vec(any::<u16>(), 50),
    ) {
        let definition = json!({"code": "A", "name": "A", "start": "s0", "steps": steps});
        if Compiled::new(&definition).is_ok() {
            let mut run = Drive::start(facts(definition["steps"].clone()));
            check(&run);
            drive(&mut run, &choices);
            check_replay(&run);
        }
    }
}
