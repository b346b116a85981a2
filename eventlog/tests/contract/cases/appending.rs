//! What a commit appends.

use docket_domain::Clock;
use docket_eventlog::{Commit, CommitResult, LogError};

use crate::build::{ORG, append, commit, end_of, event, last, stream};
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

pub async fn bytes_come_back_as_they_went_in(log: &Fixture) {
    let payloads = [
        r#"{"TaskClaimed":{"a":1.5e-7,"b":[],"c":{},"n":9007199254740991}}"#,
        "{\"TaskClaimed\":{\"text\":\"\\u0000\\u001f\\\"\\\\/é€𝄞\u{2028}' $1 ? :x\"}}",
        &format!(r#"{{"TaskClaimed":{{"long":"{}"}}}}"#, "ab".repeat(100_000)),
    ];
    let mut written = commit("a", 0, 0);
    written.appends[0].events = payloads.into_iter().map(event).collect();
    log.append(written.clone()).await.unwrap();
    for events in [
        log.events().await,
        log.store.read_stream(ORG, &stream("a"), 0, 100).await.unwrap(),
        log.store.read_organization(ORG, 0, 100).await.unwrap().events,
    ] {
        assert_eq!(events.len(), 3);
        for (stored, new) in events.iter().zip(&written.appends[0].events) {
            assert_eq!(stored.payload, new.payload);
            assert_eq!(stored.metadata, new.metadata);
            assert_eq!(stored.event_id, new.event_id);
            assert_eq!((&*stored.event_type, &*stored.event_version), ("TaskClaimed", "1"));
        }
    }
}

pub async fn a_large_batch_is_made_whole(log: &Fixture) {
    let batch: Vec<_> = (0..256).map(|n| commit(&format!("s{n}"), 0, n % 7 + 1)).collect();
    let results = log.store.append(&batch).await;
    let expected: u64 = (0..256).map(|n| n % 7 + 1).sum();
    assert_eq!(last(results.last().unwrap()), expected);
    let events = log.events().await;
    assert!(events.iter().map(|event| event.position).eq(1..=expected));
}

pub async fn a_commit_without_events_is_refused(log: &Fixture) {
    let empty = commit("a", 0, 0);
    let nothing = Commit { appends: Vec::new(), ..empty.clone() };
    let twice =
        Commit { appends: vec![append(ORG, "a", 0, 1), append(ORG, "a", 0, 1)], ..empty.clone() };
    let results = log.store.append(&[empty, nothing, twice, commit("b", 0, 1)]).await;
    for refused in &results[..3] {
        assert!(matches!(refused, Err(LogError::Invalid(_))), "{refused:?}");
    }
    let events = log.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(last(&results[3]), end_of(&events, "b"));
}

pub async fn what_the_store_refuses_fails_alone(log: &Fixture) {
    let first = commit("a", 0, 1);
    log.append(first.clone()).await.unwrap();
    let mut same_event = commit("b", 0, 1);
    same_event.appends[0].events[0].event_id = first.appends[0].events[0].event_id;
    let results = log.store.append(&[commit("c", 0, 1), same_event, commit("d", 0, 1)]).await;
    assert_eq!((last(&results[0]), last(&results[2])), (2, 3));
    assert!(matches!(results[1], Err(LogError::Invalid(_))), "{:?}", results[1]);
    assert_eq!(log.events().await.len(), 3);
}
