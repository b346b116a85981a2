//! What a commit appends.

use docket_domain::Clock;
use docket_eventlog::CommitResult;

use crate::build::{append, commit};
use crate::fixture::Fixture;

pub async fn a_commit_gets_the_next_positions(log: &Fixture) {
    let mut first = commit("a", 0, 2);
    first.appends.push(append("", "b", 0, 1));
    let results = log.store.append(&[first.clone(), commit("a", 2, 1)]).await;
    let recorded_at = log.clock.now();
    assert_eq!(
        results.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
        [
            CommitResult::Appended { first: 1, last: 3, recorded_at },
            CommitResult::Appended { first: 4, last: 4, recorded_at },
        ]
    );
    let events = log.store.read_all(0, 100).await.unwrap().events;
    let places: Vec<_> = events
        .iter()
        .map(|e| (e.position, e.commit_end, e.aggregate_id.as_str(), e.sequence, e.org_id.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (1, 3, "a", 1, "org_a"),
            (2, 3, "a", 2, "org_a"),
            (3, 3, "b", 1, ""),
            (4, 4, "a", 3, "org_a"),
        ]
    );
    assert!(events[..3].iter().all(|event| event.commit_id == first.commit_id));
    assert!(events.iter().all(|event| event.recorded_at == recorded_at));
    assert_eq!(log.store.head().await.unwrap().position, 4);
}
