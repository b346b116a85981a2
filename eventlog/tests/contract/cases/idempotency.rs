//! Keys under which a commit is made at most once.

use docket_eventlog::{Commit, CommitResult, LogError};

use crate::build::{commit, end_of, key, last};
use crate::fixture::Fixture;

fn keyed(id: &str, events: u64, name: &str, input: &str) -> Commit {
    Commit { idempotency: Some(key(name, input)), ..commit(id, 0, events) }
}

fn repeated(position: u64, name: &str) -> CommitResult {
    CommitResult::Repeated { position, outcome: key(name, "").outcome }
}

pub async fn a_repeated_key_appends_nothing_and_gets_the_first_answer(log: &Fixture) {
    let first = last(&log.append(keyed("a", 2, "k", "in")).await);
    // Its stream has moved on, which a new commit would be refused for.
    log.append(commit("a", 2, 1)).await.unwrap();
    let again = log.store.append(&[keyed("a", 2, "k", "in"), commit("b", 0, 1)]).await;
    assert_eq!(again[0].as_ref().unwrap(), &repeated(first, "k"));
    let events = log.events().await;
    assert_eq!((last(&again[1]), events.len()), (end_of(&events, "b"), 4));
    let known = log.store.repeated("org_a", "k").await.unwrap();
    assert_eq!(known, Some(("in".to_owned(), repeated(first, "k"))));
    assert_eq!(log.store.repeated("org_a", "other").await.unwrap(), None);
}

pub async fn a_key_repeated_in_one_batch_is_made_once(log: &Fixture) {
    log.append(commit("z", 0, 5)).await.unwrap();
    let batch = [keyed("a", 2, "k", "in"), keyed("a", 2, "k", "in"), keyed("b", 1, "k", "other")];
    let results = log.store.append(&batch).await;
    let first = last(&results[0]);
    assert_eq!(results[1].as_ref().unwrap(), &repeated(first, "k"));
    assert!(matches!(results[2], Err(LogError::IdempotencyKeyReused)));
    let events = log.events().await;
    assert_eq!((first, events.len()), (end_of(&events, "a"), 7));
}

pub async fn a_key_with_another_input_is_refused(log: &Fixture) {
    log.append(keyed("a", 1, "k", "in")).await.unwrap();
    let results = log.store.append(&[keyed("b", 1, "k", "other"), commit("c", 0, 1)]).await;
    assert!(matches!(results[0], Err(LogError::IdempotencyKeyReused)), "{results:?}");
    let events = log.events().await;
    assert_eq!((last(&results[1]), events.len()), (end_of(&events, "c"), 2));
}

pub async fn a_key_counts_in_its_scope_only(log: &Fixture) {
    log.append(keyed("a", 1, "k", "in")).await.unwrap();
    let mut elsewhere = keyed("b", 1, "k", "other");
    "org_b".clone_into(&mut elsewhere.idempotency.as_mut().unwrap().scope);
    let made = last(&log.append(elsewhere).await);
    let events = log.events().await;
    assert_eq!((made, events.len()), (end_of(&events, "b"), 2));
}

pub async fn a_refused_commit_leaves_its_key_unused(log: &Fixture) {
    let stale = Commit { idempotency: Some(key("k", "in")), ..commit("a", 9, 1) };
    // A key that was used before is answered, whatever else is wrong with the commit.
    let used = last(&log.append(keyed("b", 1, "used", "in")).await);
    let old = Commit { idempotency: Some(key("used", "in")), ..commit("c", 0, 1) };
    let results = log.store.append(&[commit("c", 0, 1), stale, old]).await;
    assert!(matches!(results[1], Err(LogError::Conflict { .. })), "{results:?}");
    assert_eq!(results[2].as_ref().unwrap(), &repeated(used, "used"));
    let made = last(&log.append(keyed("a", 1, "k", "in")).await);
    let events = log.events().await;
    assert_eq!((made, events.len()), (end_of(&events, "a"), 3));
}
