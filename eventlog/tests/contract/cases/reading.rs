//! What is read, by whom, and where it ends.

use docket_eventlog::{CommitResult, Page, StoredEvent, StreamEnd, StreamId};
use uuid::Uuid;

use crate::build::{ORG, append, commit, stream};
use crate::fixture::Fixture;

fn positions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position).collect()
}

pub async fn a_page_ends_where_a_commit_ends(log: &Fixture) {
    log.store.append(&[commit("a", 0, 1), commit("b", 0, 5), commit("c", 0, 2)]).await;
    for (after, limit, expected) in [
        (0, 1, 1..=1),
        (0, 2, 1..=6),
        (1, 1, 2..=6),
        (1, 5, 2..=6),
        (1, 6, 2..=8),
        (3, 1, 4..=6),
        (6, 1_000_000, 7..=8),
        (0, 0, 1..=1),
    ] {
        let page = log.store.read_all(after, limit).await.unwrap();
        assert_eq!(positions(&page.events), expected.collect::<Vec<_>>(), "{limit} after {after}");
    }
    assert_eq!(log.store.read_all(8, 10).await.unwrap(), Page::default());
    assert_eq!(log.store.read_all(u64::MAX, 10).await.unwrap(), Page::default());
}

pub async fn a_stream_is_read_in_order_from_any_sequence(log: &Fixture) {
    log.store.append(&[commit("a", 0, 3), commit("b", 0, 1), commit("a", 3, 2)]).await;
    for (after, limit, expected) in
        [(0, 100, 1..=5), (0, 5, 1..=5), (0, 2, 1..=2), (2, 2, 3..=4), (4, 100, 5..=5)]
    {
        let events = log.store.read_stream(ORG, &stream("a"), after, limit).await.unwrap();
        let sequences: Vec<_> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, expected.collect::<Vec<_>>(), "{limit} after {after}");
        let all = log.events().await;
        assert!(events.iter().all(|event| all.contains(event)));
    }
    assert!(log.store.read_stream(ORG, &stream("a"), 5, 10).await.unwrap().is_empty());
    assert!(log.store.read_stream(ORG, &stream("none"), 0, 10).await.unwrap().is_empty());
}

pub async fn another_organizations_stream_is_empty(log: &Fixture) {
    log.append(commit("a", 0, 2)).await.unwrap();
    for (org, after) in [("org_b", 0), ("", 0), ("org_b", 1), ("", 1)] {
        let events = log.store.read_stream(org, &stream("a"), after, 10).await.unwrap();
        assert!(events.is_empty(), "{org:?} after {after}: {events:?}");
    }
}

pub async fn streams_of_every_type_are_read(log: &Fixture) {
    let types = [
        "access",
        "approval",
        "organization",
        "run",
        "task",
        "user",
        "workflow",
        "of no aggregate",
    ];
    for aggregate_type in types {
        // The same id under each type: they are streams of their own.
        let mut commit = commit("a", 0, 2);
        commit.appends[0].stream.aggregate_type = aggregate_type;
        log.append(commit).await.unwrap();
    }
    let all = log.events().await;
    for (aggregate_type, expected) in types.into_iter().zip(all.chunks(2)) {
        let stream = StreamId { aggregate_type, ..stream("a") };
        assert_eq!(log.store.read_stream(ORG, &stream, 0, 10).await.unwrap(), expected);
    }
}

pub async fn an_organization_reads_its_own_events_only(log: &Fixture) {
    let mut mixed = commit("person", 0, 1);
    mixed.appends = vec![append("", "person", 0, 1), append("org_b", "b", 0, 2)];
    let mut third = commit("b", 2, 3);
    "org_b".clone_into(&mut third.appends[0].org_id);
    log.store.append(&[commit("a", 0, 1), mixed, commit("c", 0, 2), third]).await;
    for (org, after, limit, expected) in [
        ("org_a", 0, 100, vec![1, 5, 6]),
        ("org_a", 1, 1, vec![5, 6]),
        ("org_b", 0, 1, vec![3, 4]),
        ("org_b", 0, 3, vec![3, 4, 7, 8, 9]),
        ("org_b", 9, 3, vec![]),
        ("", 0, 3, vec![2]),
        ("org_c", 0, 3, vec![]),
    ] {
        let page = log.store.read_organization(org, after, limit).await.unwrap();
        assert_eq!(positions(&page.events), expected, "{limit} of {org} after {after}");
        assert!(page.events.iter().all(|event| event.org_id == org));
    }
}

pub async fn events_are_found_by_id_and_by_position(log: &Fixture) {
    log.store.append(&[commit("a", 0, 2), commit("b", 0, 1)]).await;
    let events = log.events().await;
    let found = log.store.read_event(events[1].event_id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&events[1]));
    assert_eq!(log.store.read_event(Uuid::from_u128(1)).await.unwrap(), None);
    let some = log.store.read_positions(&[3, 1, 77, 1]).await.unwrap();
    assert_eq!(some, [events[0].clone(), events[2].clone()]);
    assert!(log.store.read_positions(&[]).await.unwrap().is_empty());
}

pub async fn an_empty_log_has_no_events(log: &Fixture) {
    assert_eq!(log.store.head().await.unwrap().position, 0);
    assert_eq!(log.store.read_all(0, 10).await.unwrap(), Page::default());
    assert_eq!(log.store.read_organization(ORG, 0, 10).await.unwrap(), Page::default());
    assert!(log.store.append(&[]).await.is_empty());
}

pub async fn what_nodes_decide_by_is_known_where_it_has_changed(log: &Fixture) {
    let of_type = |aggregate_type, expected, events| {
        let mut commit = commit("a", expected, events);
        commit.appends[0].stream.aggregate_type = aggregate_type;
        commit
    };
    let batch = [
        of_type("organization", 0, 2),
        of_type("task", 0, 1),
        of_type("workflow", 0, 1),
        of_type("organization", 2, 1),
    ];
    let mut ends = Vec::new();
    for commit in batch {
        ends.push(last(log.append(commit).await));
    }
    let end = |aggregate_type: &str, sequence| StreamEnd {
        aggregate_type: aggregate_type.to_owned(),
        aggregate_id: "a".to_owned(),
        sequence,
    };
    let both = vec![end("organization", 3), end("workflow", 1)];
    for (after, to, expected) in [
        (0, ends[3], both.clone()),
        (0, u64::MAX, both),
        (0, ends[1], vec![end("organization", 2)]),
        (ends[0], ends[2], vec![end("workflow", 1)]),
        (ends[0], ends[1], vec![]),
        (ends[3], u64::MAX, vec![]),
    ] {
        let mut changed = log.store.changed(after, to).await.unwrap();
        changed.sort_by(|a, b| a.aggregate_type.cmp(&b.aggregate_type));
        assert_eq!(changed, expected, "after {after} to {to}");
    }
}

fn last(result: Result<CommitResult, docket_eventlog::LogError>) -> u64 {
    match result.unwrap() {
        CommitResult::Appended { last, .. } => last,
        repeated @ CommitResult::Repeated { .. } => panic!("{repeated:?}"),
    }
}
