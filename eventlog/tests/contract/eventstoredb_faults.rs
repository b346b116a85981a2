//! What becomes of commits on EventStoreDB where connections break, and of what it cannot hold.

use std::sync::Arc;

use docket_eventlog::{CommitResult, EventStore, EventStoreDb, LogError};
use eventstore::{AppendToStreamOptions, Client, EventData};
use eventstoredb_wire::{Faults, Server};

use crate::build::{ORG, append, claim, commit, end_of, event, last, stream};
use crate::clock::TestClock;
use crate::fixture::{Fixture, Home, wire};

pub fn server(log: &Fixture) -> &Server {
    let Home::Wire(server) = &log.home else { unreachable!("it is at the wire") };
    server
}

async fn is_made_once(break_next: impl Fn(&Faults)) {
    let log = wire().await;
    log.append(commit("a", 0, 2)).await.unwrap();
    break_next(server(&log).faults());
    let made = log.append(commit("a", 2, 3)).await;
    let events = log.events().await;
    assert_eq!(events.len(), 5);
    assert_eq!(last(&made), end_of(&events, "a"));
    let Ok(CommitResult::Appended { first, recorded_at, .. }) = made else { panic!("{made:?}") };
    assert_eq!((first, recorded_at), (events[2].position, events[2].recorded_at));
    assert!(events[2..].iter().all(|event| event.commit_end == events[4].position));
    log.remove().await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_made_once() {
    is_made_once(Faults::drop_after_next_append).await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_with_its_leader_is_made_once() {
    is_made_once(Faults::lose_lead_after_next_append).await;
}

#[tokio::test]
async fn a_commit_that_is_lost_on_the_way_is_made_once() {
    is_made_once(Faults::drop_before_next_append).await;
}

#[tokio::test]
async fn a_commit_in_doubt_that_others_have_overtaken_was_made_all_the_same() {
    let log = wire().await;
    let first = commit("a", 0, 1);
    log.append(first.clone()).await.unwrap();
    log.append(commit("a", 1, 2)).await.unwrap();
    let again = log.append(first).await;
    let events = log.events().await;
    assert_eq!((last(&again), events.len()), (events[0].position, 3));
    log.remove().await;
}

#[tokio::test]
async fn it_is_read_again_once_there_are_connections() {
    let log = wire().await;
    log.append(commit("a", 0, 2)).await.unwrap();
    server(&log).faults().refuse();
    let refused = log.store.read_all(0, 10).await;
    assert!(matches!(refused, Err(LogError::Unavailable(_))), "{refused:?}");
    let refused = log.store.read_stream(ORG, &stream("a"), 0, 10).await;
    assert!(matches!(refused, Err(LogError::Unavailable(_))), "{refused:?}");
    server(&log).faults().accept();
    assert_eq!(log.events().await.len(), 2);
    log.remove().await;
}

#[tokio::test]
async fn what_can_be_read_and_not_written_is_not_writable() {
    let log = wire().await;
    log.append(commit("a", 0, 1)).await.unwrap();
    let head = log.store.head().await.unwrap();
    server(&log).faults().take_no_appends();
    let refused = log.store.writable().await;
    assert!(matches!(refused, Err(LogError::Unavailable(_))), "{refused:?}");
    assert_eq!(log.store.head().await.unwrap(), head);
    server(&log).faults().accept();
    log.store.writable().await.unwrap();
    // To try leaves nothing that anybody reads.
    assert_eq!(log.store.head().await.unwrap(), head);
    assert_eq!(log.events().await.len(), 1);
    log.remove().await;
}

#[tokio::test]
async fn pages_end_where_commits_end_and_begin_after_any_event() {
    let log = wire().await;
    for (id, events) in [("a", 1), ("b", 5), ("c", 2)] {
        log.append(commit(id, 0, events)).await.unwrap();
    }
    let all = log.events().await;
    let position = |index: usize| index.checked_sub(1).map_or(0, |index| all[index].position);
    for (after, limit, expected) in
        [(0, 1, 0..1), (0, 2, 0..6), (1, 1, 1..6), (1, 6, 1..8), (3, 1, 3..6), (8, 10, 8..8)]
    {
        let page = log.store.read_all(position(after), limit).await.unwrap();
        assert_eq!(page.events, all[expected], "{limit} after {after}");
    }
    let found = log.store.read_positions(&[position(8), position(2), 5, position(2)]).await;
    assert_eq!(found.unwrap(), [all[1].clone(), all[7].clone()]);
    log.remove().await;
}

#[tokio::test]
async fn whoever_goes_back_by_one_position_reads_that_event_again() {
    let log = wire().await;
    for id in ["a", "b", "c"] {
        log.append(commit(id, 0, 1)).await.unwrap();
    }
    let all = log.events().await;
    let before = all[1].position - 1;
    assert_eq!(log.store.read_all(before, 10).await.unwrap().events, all[1..]);
    assert_eq!(log.store.read_organization(ORG, before, 10).await.unwrap().events, all[1..]);
    for nowhere in [before - 1, all[1].position + 1] {
        let refused = log.store.read_all(nowhere, 10).await;
        assert!(matches!(refused, Err(LogError::Invalid(_))), "{refused:?}");
        let refused = log.store.read_organization(ORG, nowhere, 10).await;
        assert!(matches!(refused, Err(LogError::Invalid(_))), "{refused:?}");
    }
    log.remove().await;
}

#[tokio::test]
async fn whoever_reads_on_is_not_refused_for_a_connection_that_breaks() {
    let log = wire().await;
    for id in ["a", "b"] {
        log.append(commit(id, 0, 1)).await.unwrap();
    }
    let all = log.events().await;
    let after = all[0].position;
    server(&log).faults().drop_before_next_read();
    assert_eq!(log.store.read_all(after, 10).await.unwrap().events, all[1..]);
    server(&log).faults().drop_before_next_read();
    assert_eq!(log.store.read_organization(ORG, after, 10).await.unwrap().events, all[1..]);
    log.remove().await;
}

#[tokio::test]
async fn an_organization_is_read_without_the_others() {
    let log = wire().await;
    let mut people = commit("p", 0, 1);
    people.appends = vec![append("", "p", 0, 2)];
    log.append(commit("a", 0, 1)).await.unwrap();
    log.append(people).await.unwrap();
    let third = last(&log.append(commit("b", 0, 2)).await);
    let ids = async |org: &str, after| {
        let page = log.store.read_organization(org, after, 100).await.unwrap();
        page.events.into_iter().map(|event| event.aggregate_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(ORG, 0).await, ["a", "b", "b"]);
    assert_eq!(ids("", 0).await, ["p", "p"]);
    assert_eq!(ids(ORG, third).await, [""; 0]);
    assert_eq!(ids("org", 0).await, [""; 0]);
    log.remove().await;
}

#[tokio::test]
async fn an_event_of_somebody_elses_holds_up_no_other() {
    let log = wire().await;
    log.append(commit("a", 0, 2)).await.unwrap();
    let client = Client::new(server(&log).url().parse().unwrap()).unwrap();
    let options = AppendToStreamOptions::default();
    for (stream, id) in [("shop/order-1", 1), ("org_a/task-a", 2)] {
        let foreign = EventData::json("Ordered", &[id]).unwrap();
        client.append_to_stream(stream, &options, foreign).await.unwrap();
    }
    log.append(commit("b", 0, 1)).await.unwrap();
    let events = log.events().await;
    let ids: Vec<&str> = events.iter().map(|event| event.aggregate_id.as_str()).collect();
    assert_eq!(ids, ["a", "a", "1", "a", "b"]);
    for foreign in &events[2..4] {
        // No event has ever had such a version.
        assert_eq!(foreign.event_version, "");
        assert_eq!(foreign.commit_end, foreign.position);
    }
    assert_eq!(log.store.head().await.unwrap().position, events[4].position);
    log.remove().await;
}

#[tokio::test]
async fn what_it_cannot_hold_is_refused_and_not_forgotten() {
    let log = wire().await;
    let one = || commit("a", 0, 1);
    let mut two_streams = one();
    two_streams.appends.push(append(ORG, "b", 0, 1));
    let mut later_name = commit("a", 1, 1);
    later_name.claims.push(claim("BUY", "a"));
    let mut release = one();
    release.releases.push(claim("BUY", "a"));
    let mut large = one();
    let payload = format!(r#"{{"TaskClaimed":{{"long":"{}"}}}}"#, "ab".repeat(600_000));
    large.appends[0].events = vec![event(&payload)];
    for refused in [two_streams, later_name, release, large] {
        let refused = log.append(refused).await;
        assert!(matches!(refused, Err(LogError::Invalid(_))), "{refused:?}");
    }
    assert!(log.events().await.is_empty());
    log.remove().await;
}

#[tokio::test]
async fn what_the_client_would_panic_over_is_an_error() {
    let server = Server::start().await.unwrap();
    let (url, clock) = (server.url(), Arc::new(TestClock::new()));
    server.faults().refuse();
    for (url, said) in [
        ("mysql://127.0.0.1", "scheme"),
        (&url, "unavailable"),
        ("esdb://127.0.0.1:1?tlsCAFile=/nowhere/ca.pem", "/nowhere/ca.pem"),
    ] {
        let refused = EventStoreDb::connect(url, clock.clone()).await.err().expect("an error");
        assert!(matches!(refused, LogError::Unavailable(_)), "{refused:?}");
        assert!(refused.to_string().contains(said), "{refused}");
    }
    server.faults().accept();
    let store = EventStoreDb::connect(&url, clock).await.unwrap();
    assert_eq!(store.head().await.unwrap().position, 0);
}

#[tokio::test]
async fn a_node_that_may_be_behind_is_refused() {
    let server = Server::start().await.unwrap();
    let clock = Arc::new(TestClock::new());
    for preference in ["follower", "random", "readOnlyReplica"] {
        let url = format!("{}&nodePreference={preference}", server.url());
        let refused = EventStoreDb::connect(&url, clock.clone()).await.err().expect("an error");
        assert!(refused.to_string().contains("`nodePreference`"), "{refused}");
    }
    let url = format!("{}&nodePreference=leader", server.url());
    EventStoreDb::connect(&url, clock).await.unwrap();
}
