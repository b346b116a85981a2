//! The log as another program reads it, with postgres-es and nothing of ours.

use cqrs_es::EventStore as _;
use cqrs_es::persist::PersistedEventStore;
use docket_domain::task::{Task, TaskEvent};
use docket_domain::{Actor, Metadata, UserId};
use docket_eventlog::{Append, Codec, Commit, KeyRing, MasterKey, NewEvent};
use postgres_es::PostgresEventRepository;
use std::sync::Arc;
use uuid::Uuid;

use crate::build::{ORG, commit, stream};
use crate::fixture::{Fixture, Home, postgres};

fn claimed(user: u128) -> TaskEvent {
    TaskEvent::TaskClaimed { user: UserId::from_uuid(Uuid::from_u128(user)) }
}

fn metadata() -> Metadata {
    Metadata {
        actor: Actor::Docket,
        on_behalf_of: None,
        correlation_id: Uuid::from_u128(7),
        causation_id: None,
    }
}

async fn append(log: &Fixture, codec: &Codec, id: &str, events: &[TaskEvent]) {
    let mut new = Vec::new();
    for event in events {
        let encoded = codec.encode(ORG, &stream(id), event).await.unwrap();
        new.push(NewEvent {
            event_id: Uuid::from_u128(rand::random()),
            event_type: encoded.event_type,
            event_version: encoded.event_version,
            payload: encoded.payload,
            metadata: codec.encode_metadata(&metadata()).unwrap(),
        });
    }
    let (org_id, stream) = (ORG.to_owned(), stream(id));
    let appends = vec![Append { org_id, stream, expected: 0, events: new }];
    log.append(Commit { appends, ..commit(id, 0, 0) }).await.unwrap();
}

#[tokio::test]
async fn another_program_reads_the_log_with_postgres_es() {
    let log = postgres().await;
    let Home::Postgres(database) = &log.home else { unreachable!("it is on PostgreSQL") };
    let ring = KeyRing::open(log.keys().await, MasterKey::generate().unwrap()).await.unwrap();
    let codec = Codec::new(Arc::new(ring));
    append(&log, &codec, "other", &[claimed(9)]).await;
    append(&log, &codec, "a", &[claimed(1), TaskEvent::TaskUnclaimed {}, claimed(2)]).await;

    let tables = PostgresEventRepository::new(database.pool.clone());
    let tables = tables.with_tables("log.events", "log.snapshots");
    let program = PersistedEventStore::<_, Task>::new_event_store(tables);
    let events = program.load_events("a").await.unwrap();

    let payloads: Vec<_> = events.iter().map(|event| event.payload.clone()).collect();
    assert_eq!(payloads, [claimed(1), TaskEvent::TaskUnclaimed {}, claimed(2)]);
    assert!(events.iter().map(|event| event.sequence).eq(1..=3));
    assert!(events.iter().all(|event| event.aggregate_id == "a"));
    assert_eq!(events[0].metadata["actor"], "docket");
    assert_eq!(events[0].metadata["correlation_id"], Uuid::from_u128(7).to_string());
    log.remove().await;
}
