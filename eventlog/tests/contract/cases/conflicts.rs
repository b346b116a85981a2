//! Expectations, and what happens to a commit whose expectation does not hold.

use docket_eventlog::LogError;

use crate::build::{ORG, append, commit, end_of, last, stream};
use crate::fixture::Fixture;

fn assert_conflict<T: std::fmt::Debug>(
    result: &Result<T, LogError>,
    id: &str,
    expected: u64,
    actual: u64,
) {
    match result {
        Err(LogError::Conflict { stream: s, expected: e, actual: a }) => {
            assert_eq!((s, *e, *a), (&stream(id), expected, actual));
        }
        other => panic!("not a conflict: {other:?}"),
    }
}

pub async fn a_conflict_fails_only_its_own_commit(log: &Fixture) {
    log.append(commit("a", 0, 2)).await.unwrap();
    let batch = [commit("b", 0, 1), commit("a", 1, 1), commit("c", 3, 1), commit("d", 0, 1)];
    let results = log.store.append(&batch).await;
    assert_conflict(&results[1], "a", 1, 2);
    assert_conflict(&results[2], "c", 3, 0);
    let events = log.events().await;
    assert_eq!(events.len(), 4);
    assert_eq!(last(&results[0]), end_of(&events, "b"));
    assert_eq!(last(&results[3]), end_of(&events, "d"));
}

pub async fn later_commits_of_a_batch_see_earlier_ones(log: &Fixture) {
    let batch = [commit("a", 0, 2), commit("a", 0, 1), commit("a", 2, 1)];
    let results = log.store.append(&batch).await;
    assert_conflict(&results[1], "a", 0, 2);
    let events = log.events().await;
    assert_eq!(events.len(), 3);
    assert_eq!(last(&results[0]), events[1].position);
    assert_eq!(last(&results[2]), end_of(&events, "a"));
}

pub async fn a_commit_over_two_streams_is_made_whole_or_not_at_all(log: &Fixture) {
    log.append(commit("a", 0, 1)).await.unwrap();
    let mut both = commit("new", 0, 1);
    both.appends.push(append(ORG, "a", 0, 1));
    assert_conflict(&log.append(both.clone()).await, "a", 0, 1);
    assert!(log.store.read_stream(ORG, &stream("new"), 0, 10).await.unwrap().is_empty());
    both.appends[1].expected = 1;
    assert_eq!(last(&log.append(both).await), 3);
}

pub async fn a_stream_that_was_only_read_must_still_be_there(log: &Fixture) {
    log.append(commit("read", 0, 2)).await.unwrap();
    let mut stale = commit("a", 0, 1);
    stale.expects.push((stream("read"), 1));
    let mut fresh = commit("b", 0, 1);
    fresh.expects.extend([(stream("read"), 2), (stream("absent"), 0)]);
    let mut overtaken = commit("c", 0, 1);
    overtaken.expects.push((stream("b"), 0));
    let results = log.store.append(&[stale, fresh, overtaken]).await;
    assert_conflict(&results[0], "read", 1, 2);
    assert_eq!(last(&results[1]), 3);
    assert_conflict(&results[2], "b", 0, 1);
}

pub async fn a_stream_that_was_only_read_and_has_gone_on_is_a_conflict(log: &Fixture) {
    log.append(commit("read", 0, 2)).await.unwrap();
    let mut stale = commit("a", 0, 1);
    stale.expects.push((stream("read"), 1));
    assert_conflict(&log.append(stale).await, "read", 1, 2);
    let mut fresh = commit("a", 0, 1);
    fresh.expects.extend([(stream("read"), 2), (stream("absent"), 0)]);
    log.append(fresh).await.unwrap();
    assert_eq!(log.events().await.len(), 3);
}
