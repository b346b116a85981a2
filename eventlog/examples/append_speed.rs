//! How fast the log appends: single-command commits of three events by 64 writers, against single-row INSERT
//! transactions into the same table by as many.
//!
//! `cargo run --release -p docket-eventlog --example append_speed -- [SECONDS] [postgres://…]`; without an
//! address it measures SQLite. The database must be an empty one.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, run by hand")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use docket_domain::Clock;
use docket_eventlog::{
    Append, Commit, EventLog, EventStore, Idempotency, NewEvent, PostgresStore, SqliteStore,
    StreamId,
};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

const WRITERS: u64 = 64;

struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "a measurement has no other clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(5, |text| text.parse().unwrap());
    let span = Duration::from_secs(seconds);
    match arguments.next() {
        Some(url) => {
            let pool = PgPoolOptions::new().max_connections(64);
            postgres(pool.connect(&url).await.unwrap(), span).await;
        }
        None => sqlite(span).await,
    }
}

async fn postgres(pool: PgPool, span: Duration) {
    let store = PostgresStore::connect(pool.clone(), Arc::new(Machine)).await.unwrap();
    commits(Arc::new(store), span).await;
    let sql = "INSERT INTO log.events SELECT $1, $1, 1, now(), $2, $2, 'org_a', 'task', $2::text, \
        'TaskClaimed', '1', $3::json, $4::json";
    let next = AtomicU64::new(1 << 40);
    let began = Instant::now();
    let writers = (0..WRITERS).map(async |_| {
        while began.elapsed() < span {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let insert = sqlx::query(sql).bind(n.cast_signed()).bind(id(n));
            insert.bind(payload()).bind(METADATA).execute(&pool).await.unwrap();
        }
    });
    futures::future::join_all(writers).await;
    report("single-row INSERTs", next.load(Ordering::Relaxed) - (1 << 40), began);
}

async fn sqlite(span: Duration) {
    let directory = std::env::temp_dir().join(format!("append_speed_{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let store = SqliteStore::open(&directory, Arc::new(Machine)).await.unwrap();
    commits(Arc::new(store), span).await;
    let options = SqliteConnectOptions::new().filename(directory.join("log.db"));
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let sql = "INSERT INTO events VALUES (?1, ?1, 1, 0, ?2, ?2, 'org_a', 'task', ?1, \
        'TaskClaimed', '1', ?3, ?4)";
    let next = AtomicU64::new(1 << 40);
    let began = Instant::now();
    let writers = (0..WRITERS).map(async |_| {
        while began.elapsed() < span {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let insert = sqlx::query(sql).bind(n.cast_signed()).bind(id(n));
            insert.bind(payload()).bind(METADATA).execute(&pool).await.unwrap();
        }
    });
    futures::future::join_all(writers).await;
    report("single-row INSERTs", next.load(Ordering::Relaxed) - (1 << 40), began);
    std::fs::remove_dir_all(directory).unwrap();
}

/// Each writer commits to a new stream, waits for the answer, and commits again.
async fn commits(store: Arc<dyn EventStore>, span: Duration) {
    let (log, work) = EventLog::start(store).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    let next = Arc::new(AtomicU64::new(1));
    let began = Instant::now();
    for _ in 0..WRITERS {
        let (log, next) = (log.clone(), next.clone());
        tasks.spawn(async move {
            while began.elapsed() < span {
                let n = next.fetch_add(1, Ordering::Relaxed);
                log.commit(commit(n)).await.unwrap();
                log.commit(later_commit(n)).await.unwrap();
            }
        });
    }
    tasks.close();
    while tasks.len() > 1 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    report("commits", 2 * (next.load(Ordering::Relaxed) - 1), began);
    log.stop();
    tasks.wait().await;
}

fn report(what: &str, count: u64, began: Instant) {
    let per_second = u128::from(count) * 1_000 / began.elapsed().as_millis();
    println!("{per_second} {what} a second");
}

/// Three events on two streams, under a key.
fn commit(n: u64) -> Commit {
    let events = |ids: &[u64]| ids.iter().map(|part| event(n * 8 + part)).collect();
    let append = |kind: &'static str, events| Append {
        org_id: "org_01h455vb4pex5vsknk084sn02q".to_owned(),
        stream: StreamId { aggregate_type: kind, aggregate_id: format!("{kind}_{}", id(n)) },
        expected: 0,
        events,
    };
    Commit {
        commit_id: id(n * 2),
        appends: vec![append("task", events(&[0])), append("run", events(&[1, 2]))],
        expects: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        idempotency: Some(Idempotency {
            scope: "org_01h455vb4pex5vsknk084sn02q".to_owned(),
            key: id(n).to_string(),
            input_hash: "0".repeat(64),
            outcome: "{}".to_owned(),
        }),
    }
}

/// Three more events on the same streams.
fn later_commit(n: u64) -> Commit {
    let mut later = commit(n);
    later.commit_id = id(n * 2 + 1);
    for (append, expected) in later.appends.iter_mut().zip([1, 2]) {
        append.expected = expected;
        for event in &mut append.events {
            event.event_id = Uuid::from_u128(event.event_id.as_u128() + 4);
        }
    }
    if let Some(key) = &mut later.idempotency {
        key.key.push('b');
    }
    later
}

/// Ids in the order of time, as Docket's own are.
fn id(n: u64) -> Uuid {
    Uuid::from_u128((u128::from(n) << 64) | u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

const METADATA: &str = r#"{"actor":"usr_01h455vb4pex5vsknk084sn02q","correlation_id":"0190a0a0-0000-7000-8000-000000000000"}"#;

fn payload() -> String {
    format!(
        r#"{{"StepCompleted":{{"at":"2026-01-01T00:00:00Z","data":{{"note":"{}"}},"key":"manager_approval","outcome":"approved","set":{{}},"step":"stp_01h455vb4pex5vsknk084sn02q","taken":[0]}}}}"#,
        "x".repeat(80)
    )
}

fn event(n: u64) -> NewEvent {
    NewEvent {
        event_id: id(n),
        event_type: "StepCompleted".to_owned(),
        event_version: "1".to_owned(),
        payload: payload(),
        metadata: METADATA.to_owned(),
    }
}
