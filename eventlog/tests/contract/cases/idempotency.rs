//! Keys under which a commit is made at most once.

use docket_eventlog::{Commit, CommitResult, LogError};

use crate::build::{commit, key, last};
use crate::fixture::Fixture;

fn keyed(id: &str, events: u64, name: &str, input: &str) -> Commit {
    Commit { idempotency: Some(key(name, input)), ..commit(id, 0, events) }
}

fn repeated(position: u64, name: &str) -> CommitResult {
    CommitResult::Repeated { position, outcome: key(name, "").outcome }
}

pub async fn a_repeated_key_appends_nothing_and_gets_the_first_answer(log: &Fixture) {
    log.append(keyed("a", 2, "k", "in")).await.unwrap();
    // Its stream has moved on, which a new commit would be refused for.
    log.append(commit("a", 2, 1)).await.unwrap();
    let again = log.store.append(&[keyed("a", 2, "k", "in"), commit("b", 0, 1)]).await;
    assert_eq!(again[0].as_ref().unwrap(), &repeated(2, "k"));
    assert_eq!(last(&again[1]), 4);
    assert_eq!(log.events().await.len(), 4);
    let first = log.store.repeated("org_a", "k").await.unwrap();
    assert_eq!(first, Some(("in".to_owned(), repeated(2, "k"))));
    assert_eq!(log.store.repeated("org_a", "other").await.unwrap(), None);
}

pub async fn a_key_repeated_in_one_batch_is_made_once(log: &Fixture) {
    log.append(commit("z", 0, 5)).await.unwrap();
    let batch = [keyed("a", 2, "k", "in"), keyed("a", 2, "k", "in"), keyed("b", 1, "k", "other")];
    let results = log.store.append(&batch).await;
    assert_eq!(last(&results[0]), 7);
    assert_eq!(results[1].as_ref().unwrap(), &repeated(7, "k"));
    assert!(matches!(results[2], Err(LogError::IdempotencyKeyReused)));
    assert_eq!(log.events().await.len(), 7);
}

pub async fn a_key_with_another_input_is_refused(log: &Fixture) {
    log.append(keyed("a", 1, "k", "in")).await.unwrap();
    let results = log.store.append(&[keyed("b", 1, "k", "other"), commit("c", 0, 1)]).await;
    assert!(matches!(results[0], Err(LogError::IdempotencyKeyReused)), "{results:?}");
    assert_eq!(last(&results[1]), 2);
}

pub async fn a_key_counts_in_its_scope_only(log: &Fixture) {
    log.append(keyed("a", 1, "k", "in")).await.unwrap();
    let mut elsewhere = keyed("b", 1, "k", "other");
    "org_b".clone_into(&mut elsewhere.idempotency.as_mut().unwrap().scope);
    assert_eq!(last(&log.append(elsewhere).await), 2);
}

pub async fn a_refused_commit_leaves_its_key_unused(log: &Fixture) {
    let stale = Commit { idempotency: Some(key("k", "in")), ..commit("a", 9, 1) };
    // A key that was used before is answered, whatever else is wrong with the commit.
    log.append(keyed("b", 1, "used", "in")).await.unwrap();
    let old = Commit { idempotency: Some(key("used", "in")), ..commit("c", 0, 1) };
    let results = log.store.append(&[commit("c", 0, 1), stale, old]).await;
    assert!(matches!(results[1], Err(LogError::Conflict { .. })), "{results:?}");
    assert_eq!(results[2].as_ref().unwrap(), &repeated(1, "used"));
    assert_eq!(last(&log.append(keyed("a", 1, "k", "in")).await), 3);
}
