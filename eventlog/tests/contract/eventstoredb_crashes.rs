//! What a process leaves on EventStoreDB that stops between the steps of a commit, and what becomes of a commit that
//! was given up and comes all the same.

use std::sync::Arc;

use chrono::Duration;
use docket_domain::Clock;
use docket_eventlog::{Claim, Commit, CommitResult, EventStore, LogError};
use eventstoredb_wire::Faults;
use tokio::task::JoinHandle;

use crate::build::{ORG, append, claim, commit, end_of, key, last, stream};
use crate::eventstoredb_faults::server;
use crate::fixture::{Fixture, wire};

/// A log, another node on it, and the time that both go by.
async fn two_nodes() -> (Fixture, Arc<dyn EventStore>) {
    let log = wire().await;
    log.append(commit("before", 0, 1)).await.unwrap();
    let recorded_at = log.store.head().await.unwrap().recorded_at;
    log.clock.jump(recorded_at - log.clock.now());
    let other = log.second_node().await.unwrap();
    (log, other)
}

/// Begins a commit, which stops when it comes to a stream of these.
async fn stopped_at(
    log: &Fixture,
    prefix: &str,
    commit: Commit,
) -> JoinHandle<Result<CommitResult, LogError>> {
    faults(log).hold(prefix);
    let store = Arc::clone(&log.store);
    #[expect(clippy::disallowed_methods, reason = "the test waits for it, or has it end")]
    let making = tokio::spawn(async move { store.append(&[commit]).await.remove(0) });
    faults(log).holds(1).await;
    making
}

fn faults(log: &Fixture) -> &Faults {
    server(log).faults()
}

async fn made(node: &Arc<dyn EventStore>, commit: Commit) -> Result<CommitResult, LogError> {
    node.append(&[commit]).await.remove(0)
}

fn naming(id: &str, holder: &str) -> Commit {
    let claims: Vec<Claim> = vec![claim("hr", holder)];
    Commit { claims, ..commit(id, 0, 1) }
}

fn keyed(id: &str, input: &str) -> Commit {
    Commit { idempotency: Some(key("k", input)), ..commit(id, 0, 2) }
}

async fn events_of(log: &Fixture, id: &str) -> usize {
    log.store.read_stream(ORG, &stream(id), 0, 10).await.unwrap().len()
}

#[tokio::test]
async fn a_name_whose_commit_never_came_is_free_after_a_while() {
    let (log, other) = two_nodes().await;
    let making = stopped_at(&log, "org_a/task-a", naming("a", "wf_1")).await;
    assert_eq!(log.store.holder(ORG, "workflow_code", "hr").await.unwrap(), None);
    let refused = made(&other, naming("b", "wf_2")).await;
    assert!(matches!(refused, Err(LogError::Claimed { .. })), "{refused:?}");
    log.clock.jump(Duration::seconds(31));
    made(&other, naming("b", "wf_2")).await.unwrap();
    // It had only been standing still.
    faults(&log).let_go();
    let late = making.await.unwrap();
    assert!(matches!(late, Err(LogError::Unavailable(_))), "{late:?}");
    let holder = log.store.holder(ORG, "workflow_code", "hr").await.unwrap();
    assert_eq!((holder.as_deref(), events_of(&log, "a").await), (Some("wf_2"), 0));
    assert_eq!(log.events().await.len(), 2);
    log.remove().await;
}

#[tokio::test]
async fn a_name_is_held_though_its_taker_stopped_right_after_the_commit() {
    let (log, other) = two_nodes().await;
    let mut commit = naming("a", "wf_1");
    commit.idempotency = Some(key("k", "in"));
    let making = stopped_at(&log, "org_a/task-a", commit).await;
    faults(&log).hold("key/");
    faults(&log).holds(1).await;
    making.abort();
    log.clock.jump(Duration::seconds(31));
    let refused = made(&other, naming("b", "wf_2")).await;
    assert!(matches!(refused, Err(LogError::Claimed { .. })), "{refused:?}");
    let holder = other.holder(ORG, "workflow_code", "hr").await.unwrap();
    assert_eq!((holder.as_deref(), events_of(&log, "a").await), (Some("wf_1"), 1));
    log.remove().await;
}

#[tokio::test]
async fn a_repeat_finds_the_commit_whose_maker_stopped_right_after_it() {
    let (log, other) = two_nodes().await;
    let making = stopped_at(&log, "org_a/task-a", keyed("a", "in")).await;
    assert_eq!(other.repeated(ORG, "k").await.unwrap(), None);
    faults(&log).hold("key/");
    faults(&log).holds(1).await;
    making.abort();
    let end = end_of(&log.events().await, "a");
    let outcome = key("k", "in").outcome;
    let first = CommitResult::Repeated { position: end, outcome };
    let known = other.repeated(ORG, "k").await.unwrap();
    assert_eq!(known, Some(("in".to_owned(), first.clone())));
    faults(&log).let_go();
    assert_eq!(made(&other, keyed("b", "in")).await.unwrap(), first);
    let reused = made(&other, keyed("b", "other")).await;
    assert!(matches!(reused, Err(LogError::IdempotencyKeyReused)), "{reused:?}");
    assert_eq!(log.events().await.len(), 3);
    log.remove().await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_with_its_leader_keeps_its_name_and_its_key() {
    let (log, other) = two_nodes().await;
    let commit = || {
        let idempotency = Some(key("k", "in"));
        Commit { idempotency, ..naming("a", "wf_1") }
    };
    let making = stopped_at(&log, "org_a/task-a", commit()).await;
    faults(&log).lose_lead_after_next_append();
    faults(&log).let_go();
    let first = last(&making.await.unwrap());
    let holder = other.holder(ORG, "workflow_code", "hr").await.unwrap();
    assert_eq!((holder.as_deref(), events_of(&log, "a").await), (Some("wf_1"), 1));
    let repeat = made(&other, commit()).await;
    let Ok(CommitResult::Repeated { position, .. }) = repeat else { panic!("{repeat:?}") };
    assert_eq!((position, events_of(&log, "a").await), (first, 1));
    log.remove().await;
}

#[tokio::test]
async fn a_key_whose_commit_never_came_is_used_again_after_a_while() {
    let (log, other) = two_nodes().await;
    let making = stopped_at(&log, "org_a/task-a", keyed("a", "in")).await;
    let unknown = made(&other, keyed("b", "in")).await;
    assert!(matches!(unknown, Err(LogError::OutcomeUnknown)), "{unknown:?}");
    log.clock.jump(Duration::seconds(31));
    let second = last(&made(&other, keyed("b", "in")).await);
    faults(&log).let_go();
    let late = making.await.unwrap();
    assert!(matches!(late, Err(LogError::Unavailable(_))), "{late:?}");
    let (_, first) = log.store.repeated(ORG, "k").await.unwrap().unwrap();
    assert!(matches!(first, CommitResult::Repeated { position, .. } if position == second));
    assert_eq!((events_of(&log, "a").await, events_of(&log, "b").await), (0, 2));
    log.remove().await;
}

#[tokio::test]
async fn a_commit_that_is_not_answered_in_time_is_sent_again_and_made_once() {
    let (log, _) = two_nodes().await;
    let making = stopped_at(&log, "org_a/task-a", commit("a", 0, 2)).await;
    faults(&log).holds_none().await;
    faults(&log).let_go();
    let made = making.await.unwrap().unwrap();
    assert!(matches!(made, CommitResult::Appended { .. }), "{made:?}");
    assert_eq!(events_of(&log, "a").await, 2);
    log.remove().await;
}

#[tokio::test]
async fn of_two_under_one_key_at_the_same_place_one_is_made_and_the_other_is_its_repeat() {
    let (log, other) = two_nodes().await;
    let next = || {
        let appends = vec![append(ORG, "before", 1, 1)];
        Commit { appends, ..keyed("before", "in") }
    };
    let making = stopped_at(&log, "org_a/task-before", next()).await;
    #[expect(clippy::disallowed_methods, reason = "the test waits for it")]
    let repeat = tokio::spawn(async move { made(&other, next()).await });
    // Both have been announced when the second is held too.
    faults(&log).holds(2).await;
    faults(&log).let_go();
    let both = [making.await.unwrap().unwrap(), repeat.await.unwrap().unwrap()];
    let repeated = both.iter().filter(|made| matches!(made, CommitResult::Repeated { .. }));
    assert_eq!((repeated.count(), events_of(&log, "before").await), (1, 2));
    log.remove().await;
}
