//! Random batches against a model that makes one commit after another.

use std::collections::{BTreeMap, HashMap};

use docket_eventlog::{Commit, CommitResult, LogError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::build::{ORG, append, claim, commit, key, stream};
use crate::fixture::Fixture;

/// A commit before it is known what the streams are at.
#[derive(Debug, Clone)]
struct Wish {
    /// Streams to append to: which, how many events, and how far off the expectation is.
    appends: BTreeMap<u8, (u64, i8)>,
    /// A stream that was only read, and how far off.
    expects: Option<(u8, i8)>,
    /// Names taken and given back, with their holders.
    claims: BTreeMap<u8, u8>,
    releases: BTreeMap<u8, u8>,
    /// A key and its input.
    key: Option<(u8, u8)>,
}

fn off() -> impl Strategy<Value = i8> {
    prop_oneof![12 => Just(0), 1 => Just(-1), 1 => Just(1)]
}

fn wish() -> impl Strategy<Value = Wish> {
    let names = || proptest::collection::btree_map(0..4_u8, 0..3_u8, 0..2);
    (
        proptest::collection::btree_map(0..5_u8, (1..4_u64, off()), 1..3),
        proptest::option::weighted(0.2, (0..5_u8, off())),
        names(),
        names(),
        proptest::option::weighted(0.4, (0..8_u8, prop_oneof![9 => Just(0), 1 => Just(1_u8)])),
    )
        .prop_map(|(appends, expects, claims, releases, key)| Wish {
            appends,
            expects,
            claims,
            releases,
            key,
        })
}

/// What the log should hold.
#[derive(Default)]
struct Model {
    salt: u64,
    sequences: HashMap<String, u64>,
    holders: HashMap<String, String>,
    firsts: HashMap<String, (String, u64, String)>,
    events: Vec<(String, u64)>,
    head: u64,
}

impl Model {
    fn name(&self, number: u8) -> String {
        format!("{}-{number}", self.salt)
    }

    fn sequence(&self, id: &str) -> u64 {
        self.sequences.get(id).copied().unwrap_or_default()
    }

    /// The commit that is wished for, going by the sequences in `seen`.
    fn commit(&self, wish: &Wish, seen: &HashMap<String, u64>) -> Commit {
        let at = |number: u8, off: i8| {
            let sequence = seen.get(&self.name(number)).copied().unwrap_or_default();
            sequence.saturating_add_signed(off.into())
        };
        let appends = wish.appends.iter();
        let appends = appends.map(|(stream, (events, off))| {
            append(ORG, &self.name(*stream), at(*stream, *off), *events)
        });
        let claims = |of: &BTreeMap<u8, u8>| {
            of.iter().map(|(name, by)| claim(&self.name(*name), &by.to_string())).collect()
        };
        Commit {
            appends: appends.collect(),
            expects: wish
                .expects
                .iter()
                .map(|(number, off)| (stream(&self.name(*number)), at(*number, *off)))
                .collect(),
            claims: claims(&wish.claims),
            releases: claims(&wish.releases),
            idempotency: wish.key.map(|(name, input)| key(&self.name(name), &input.to_string())),
            ..commit("", 0, 0)
        }
    }

    /// Makes the commit, or says why not: a word, and the position of its last event.
    fn make(&mut self, commit: &Commit) -> (&'static str, u64) {
        if let Some(key) = &commit.idempotency
            && let Some((input, position, _)) = self.firsts.get(&key.key)
        {
            return if *input == key.input_hash { ("repeated", *position) } else { ("reused", 0) };
        }
        let appended = commit.appends.iter().map(|a| (&a.stream, a.expected));
        let read = commit.expects.iter().map(|(stream, expected)| (stream, *expected));
        if appended.chain(read).any(|(s, expected)| self.sequence(&s.aggregate_id) != expected) {
            return ("conflict", 0);
        }
        let mut holders = self.holders.clone();
        for release in &commit.releases {
            if holders.get(&release.name) == Some(&release.holder) {
                holders.remove(&release.name);
            }
        }
        for claim in &commit.claims {
            if holders.get(&claim.name).is_some_and(|holder| *holder != claim.holder) {
                return ("claimed", 0);
            }
            holders.insert(claim.name.clone(), claim.holder.clone());
        }
        self.holders = holders;
        for append in &commit.appends {
            for _ in &append.events {
                let sequence =
                    self.sequences.entry(append.stream.aggregate_id.clone()).or_default();
                *sequence += 1;
                self.events.push((append.stream.aggregate_id.clone(), *sequence));
                self.head += 1;
            }
        }
        if let Some(key) = &commit.idempotency {
            let first = (key.input_hash.clone(), self.head, key.outcome.clone());
            self.firsts.insert(key.key.clone(), first);
        }
        ("appended", self.head)
    }
}

fn word(result: &Result<CommitResult, LogError>) -> (&'static str, u64) {
    match result {
        Ok(CommitResult::Appended { last, .. }) => ("appended", *last),
        Ok(CommitResult::Repeated { position, .. }) => ("repeated", *position),
        Err(LogError::IdempotencyKeyReused) => ("reused", 0),
        Err(LogError::Conflict { .. }) => ("conflict", 0),
        Err(LogError::Claimed { .. }) => ("claimed", 0),
        Err(other) => panic!("{other}"),
    }
}

pub async fn any_batches_come_to_what_they_come_to_one_by_one(log: &Fixture) {
    let mut runner =
        TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let outcome = block_in_place(|| {
        runner.run(&vec(vec(wish(), 1..9), 1..9), |batches| {
            Handle::current().block_on(check(log, &batches))
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

async fn check(log: &Fixture, batches: &[Vec<Wish>]) -> Result<(), TestCaseError> {
    let before = log.store.head().await.unwrap().position;
    let mut model = Model { salt: before, head: before, ..Model::default() };
    for wishes in batches {
        // As the batch's commits are decided one after another, on the streams as the batch leaves them.
        let (mut batch, mut expected) = (Vec::new(), Vec::new());
        for wish in wishes {
            let commit = model.commit(wish, &model.sequences);
            expected.push(model.make(&commit));
            batch.push(commit);
        }
        let results = log.store.append(&batch).await;
        let actual: Vec<_> = results.iter().map(word).collect();
        prop_assert_eq!(actual, expected, "{:?}", wishes);
    }
    let page = log.store.read_all(before, 100_000).await.unwrap().events;
    let events: Vec<_> = page.iter().map(|e| (e.aggregate_id.clone(), e.sequence)).collect();
    prop_assert_eq!(&events, &model.events);
    prop_assert!(page.iter().map(|event| event.position).eq(before + 1..=model.head));
    for name in 0..4 {
        let name = model.name(name);
        let holder = log.store.holder(ORG, "workflow_code", &name).await.unwrap();
        prop_assert_eq!(holder.as_ref(), model.holders.get(&name));
    }
    for (name, (input, position, outcome)) in model.firsts {
        let first = log.store.repeated(ORG, &name).await.unwrap();
        prop_assert_eq!(first, Some((input, CommitResult::Repeated { position, outcome })));
    }
    Ok(())
}
