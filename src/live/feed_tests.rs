//! A feed over a hub that it falls behind.

use std::sync::Arc;

use docket_domain::OrganizationId;
use docket_eventlog::{Append, Commit, EventLog, NewEvent, SqliteStore, StreamId};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{Cursor, Feed, Hub};
use crate::clock::SystemClock;
use crate::supervise::Supervisor;

/// More commits than a subscriber may be behind, and more than a page of the log has.
const MANY: usize = 1_300;

fn event(number: u128) -> NewEvent {
    NewEvent {
        event_id: Uuid::from_u128(number),
        event_type: "TaskStarted".to_owned(),
        event_version: "1".to_owned(),
        payload: "{}".to_owned(),
        metadata: "{}".to_owned(),
    }
}

/// A commit of an event for each of `organizations`.
fn commit(number: u128, organizations: &[&str]) -> Commit {
    let append = |(nth, org_id): (usize, &&str)| Append {
        org_id: (*org_id).to_owned(),
        stream: StreamId {
            aggregate_type: "task",
            aggregate_id: format!("task_{org_id}_{number}"),
        },
        expected: 0,
        events: vec![event(number * 10 + nth as u128)],
    };
    Commit {
        commit_id: Uuid::from_u128(number),
        appends: organizations.iter().enumerate().map(append).collect(),
        expects: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        idempotency: None,
    }
}

#[tokio::test]
async fn whoever_falls_behind_misses_nothing_and_hears_nothing_twice() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = SqliteStore::open(dir.path(), Arc::new(SystemClock)).await.expect("a store");
    let (log, work) = EventLog::start(Arc::new(store)).await.expect("a log");
    let supervisor = Supervisor::new(Handle::current());
    supervisor.once("log", work);
    let hub = Arc::new(Hub::new(log.clone()));
    let running = Arc::clone(&hub);
    supervisor.service("hub", move |stop| Arc::clone(&running).run(stop));

    let own = OrganizationId::default();
    let org_id = own.to_string();
    let mut feed = Feed::new(log.clone(), hub, own, Cursor::after(0));
    // One whole commit to begin with, so that the feed follows the hub's tail.
    log.commit(commit(1, &[&org_id])).await.expect("appended");
    let mut heard = vec![feed.next().await.expect("read").expect("a commit").end];
    for number in 2..=MANY as u128 {
        // A person's part and another organization's come first in some.
        let organizations: &[&str] =
            if number % 3 == 0 { &["", "another", &org_id] } else { &[&org_id] };
        log.commit(commit(number, organizations)).await.expect("appended");
    }
    while heard.len() < MANY {
        let next = feed.next().await.expect("read").expect("a commit");
        assert_eq!(next.org_id(), org_id);
        heard.push(next.end);
    }
    assert!(heard.is_sorted_by(|one, next| one < next), "in order, each once");
    assert_eq!(heard.last(), Some(&*log.head().borrow()));
    log.stop();
    assert!(supervisor.shutdown(std::time::Duration::from_secs(10)).await);
}
