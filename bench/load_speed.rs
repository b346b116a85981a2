//! How long a bus takes that knows nothing yet to load a task of many events: from its first event, and from a
//! snapshot with some events beyond it.
//!
//! `cargo run --release --example load_speed -- [EVENTS] [postgres://…]`; without an address it measures
//! SQLite in a temporary directory. The database must be an empty one.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, run by hand")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use docket::bus::Bus;
use docket::clock::SystemClock;
use docket::supervise::Supervisor;
use docket_domain::task::{Priority, Task, TaskEvent};
use docket_domain::{
    Actor, Assignment, Clock, EventId, Metadata, OrganizationId, Personal, Sla, TaskId,
};
use docket_eventlog::{
    Append, Codec, Commit, EventLog, EventStore, KeyRing, KeyStore, MasterKey, NewEvent,
    PostgresKeys, PostgresSnapshots, PostgresStore, SnapshotStore, SqliteKeys, SqliteSnapshots,
    SqliteStore, StreamId,
};
use sqlx::postgres::PgPoolOptions;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How many events the log takes in one commit here.
const COMMIT: u64 = 1_000;

/// How many events follow the snapshot: as many as do not yet make another.
const BEYOND: u64 = 100;

/// How often each load is measured.
const TIMES: usize = 20;

struct Stores {
    events: Arc<dyn EventStore>,
    keys: Arc<dyn KeyStore>,
    snapshots: Arc<dyn SnapshotStore>,
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(10_000, |text| text.parse().unwrap());
    let directory = std::env::temp_dir().join(format!("load_speed_{}", std::process::id()));
    let stores = match arguments.next() {
        Some(url) => postgres(&url).await,
        None => sqlite(&directory).await,
    };
    measure(stores, count).await;
    if directory.exists() {
        std::fs::remove_dir_all(directory).unwrap();
    }
}

async fn postgres(url: &str) -> Stores {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let pool = PgPoolOptions::new().max_connections(8).connect(url).await.unwrap();
    Stores {
        events: Arc::new(PostgresStore::connect(pool.clone(), Arc::clone(&clock)).await.unwrap()),
        keys: Arc::new(PostgresKeys::connect(pool.clone(), clock).await.unwrap()),
        snapshots: Arc::new(PostgresSnapshots::connect(pool).await.unwrap()),
    }
}

async fn sqlite(directory: &Path) -> Stores {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    std::fs::create_dir(directory).unwrap();
    Stores {
        events: Arc::new(SqliteStore::open(directory, Arc::clone(&clock)).await.unwrap()),
        keys: Arc::new(SqliteKeys::open(directory, clock).await.unwrap()),
        snapshots: Arc::new(SqliteSnapshots::open(directory).await.unwrap()),
    }
}

async fn measure(stores: Stores, count: u64) {
    let ring = KeyRing::open(stores.keys, MasterKey::generate().unwrap()).await.unwrap();
    let codec = Arc::new(Codec::new(Arc::new(ring)));
    let (log, appending) = EventLog::start(stores.events).await.unwrap();
    let supervisor = Supervisor::new(Handle::current());
    supervisor.once("event log", appending);
    let (organization, task) = (OrganizationId::default(), TaskId::from_uuid(Uuid::from_u128(7)));
    append(&log, &codec, (organization, task), 0, count).await;

    let bus = || Bus::new(log.clone(), Arc::clone(&codec), Arc::new(SystemClock));
    let load = async |bus: &Bus| {
        let began = Instant::now();
        bus.read::<Task>(organization, task).await.unwrap().unwrap();
        began.elapsed()
    };
    let mut replayed = Vec::new();
    for _ in 0..TIMES {
        replayed.push(load(&bus()).await);
    }
    report(&format!("{count} events from the first"), replayed);

    let (first, writer) = bus().with_snapshots(Arc::clone(&stores.snapshots));
    load(&first).await;
    drop(first);
    Arc::new(writer).run(CancellationToken::new()).await.unwrap();
    for beyond in [0, BEYOND] {
        append(&log, &codec, (organization, task), count, beyond).await;
        let mut kept = Vec::new();
        for _ in 0..TIMES {
            let (bus, _writer) = bus().with_snapshots(Arc::clone(&stores.snapshots));
            kept.push(load(&bus).await);
        }
        report(&format!("a snapshot of {count}, and {beyond} beyond it"), kept);
    }
    log.stop();
    supervisor.shutdown(Duration::from_secs(10)).await;
}

/// Appends `count` events after `expected`: the task, and then one comment after another.
async fn append(
    log: &EventLog,
    codec: &Codec,
    (organization, task): (OrganizationId, TaskId),
    expected: u64,
    count: u64,
) {
    let stream = StreamId { aggregate_type: "task", aggregate_id: task.to_string() };
    let metadata = Metadata {
        actor: Actor::Docket,
        causation_id: None,
        correlation_id: Uuid::nil(),
        on_behalf_of: None,
    };
    let sequences: Vec<u64> = (expected + 1..=expected + count).collect();
    for sequences in sequences.chunks(usize::try_from(COMMIT).unwrap()) {
        let mut events = Vec::new();
        for sequence in sequences {
            let event = event(task, *sequence);
            let encoded = codec.encode(&organization.to_string(), &stream, &event).await.unwrap();
            events.push(NewEvent {
                event_id: Uuid::from_u128(u128::from(*sequence) << 64),
                event_type: encoded.event_type,
                event_version: encoded.event_version,
                payload: encoded.payload,
                metadata: codec.encode_metadata(&metadata).unwrap(),
            });
        }
        let first = sequences.first().unwrap();
        let append = Append {
            org_id: organization.to_string(),
            stream: stream.clone(),
            expected: first - 1,
            events,
        };
        let commit = Commit {
            commit_id: Uuid::from_u128(u128::from(*first)),
            appends: vec![append],
            expects: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            idempotency: None,
        };
        log.commit(commit).await.unwrap();
    }
}

fn event(task: TaskId, sequence: u64) -> TaskEvent {
    let at = SystemClock.now();
    if sequence > 1 {
        return TaskEvent::TaskCommented {
            comment: EventId::from_uuid(Uuid::from_u128(sequence.into())),
            author: None,
            text: Personal::new(task, format!("Comment {sequence}: it goes on and on")),
            at,
        };
    }
    TaskEvent::TaskCreated {
        task,
        title: "File it".to_owned(),
        description: String::new(),
        origin: None,
        assignment: Assignment::default(),
        priority: Priority::default(),
        outcomes: Vec::new(),
        form: None,
        sla: Sla::default(),
        created_by: None,
        at,
    }
}

fn report(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let ms = |at: usize| took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1_000.0);
    println!("{what}: median {:.2} ms, slowest {:.2} ms", ms(TIMES / 2), ms(TIMES - 1));
}
