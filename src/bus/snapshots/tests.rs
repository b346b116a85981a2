//! Loads of long streams, with snapshots that are good, wrong, late and missing.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_domain::task::{Task, TaskEvent};
use docket_domain::{Actor, Assignment, Clock, Metadata, OrganizationId, Sla, TaskId, UserId};
use docket_eventlog::{
    Append, Codec, Commit, EventLog, KeyRing, LogError, MasterKey, NewEvent, STATE_HASH,
    SnapshotKey, SnapshotStore, SqliteKeys, SqliteSnapshots, SqliteStore, StateSnapshot, StreamId,
};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::super::Bus;
use super::super::load::SNAPSHOT_AFTER;
use super::{SnapshotFault, VerifiedSnapshots};
use crate::clock::SystemClock;
use crate::supervise::Supervisor;

/// A log with one task, claimed and given back again and again.
struct World {
    log: EventLog,
    codec: Arc<Codec>,
    store: Arc<dyn SnapshotStore>,
    supervisor: Supervisor,
    organization: OrganizationId,
    task: TaskId,
    _dir: TempDir,
}

impl World {
    async fn with_events(count: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let keys = Arc::new(SqliteKeys::open(dir.path(), Arc::clone(&clock)).await.unwrap());
        let ring = KeyRing::open(keys, MasterKey::generate().unwrap()).await.unwrap();
        let events = Arc::new(SqliteStore::open(dir.path(), clock).await.unwrap());
        let (log, appending) = EventLog::start(events).await.unwrap();
        let supervisor = Supervisor::new(Handle::current());
        supervisor.once("event log", appending);
        let world = Self {
            log,
            codec: Arc::new(Codec::new(Arc::new(ring))),
            store: Arc::new(SqliteSnapshots::open(dir.path()).await.unwrap()),
            supervisor,
            organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
            task: TaskId::from_uuid(Uuid::from_u128(2)),
            _dir: dir,
        };
        for expected in (0..count).step_by(1_000) {
            world.append(expected, (count - expected).min(1_000)).await;
        }
        world
    }

    fn stream(&self) -> StreamId {
        StreamId { aggregate_type: "task", aggregate_id: self.task.to_string() }
    }

    fn key(&self) -> SnapshotKey {
        SnapshotKey::new(&self.organization.to_string(), &self.stream())
    }

    fn event(&self, sequence: u64) -> TaskEvent {
        match sequence {
            1 => TaskEvent::TaskCreated {
                task: self.task,
                title: "File it".to_owned(),
                description: String::new(),
                origin: None,
                assignment: Assignment::default(),
                priority: docket_domain::task::Priority::default(),
                outcomes: Vec::new(),
                form: None,
                sla: Sla::default(),
                created_by: None,
                at: DateTime::<Utc>::UNIX_EPOCH,
            },
            odd if odd % 2 == 1 => TaskEvent::TaskUnclaimed {},
            even => {
                TaskEvent::TaskClaimed { user: UserId::from_uuid(Uuid::from_u128(even.into())) }
            }
        }
    }

    /// Appends the events after `expected`, in one commit.
    async fn append(&self, expected: u64, count: u64) {
        let (org_id, stream) = (self.organization.to_string(), self.stream());
        let metadata = Metadata {
            actor: Actor::Docket,
            causation_id: None,
            correlation_id: Uuid::nil(),
            on_behalf_of: None,
        };
        let mut events = Vec::new();
        for sequence in expected + 1..=expected + count {
            let event = self.event(sequence);
            let encoded = self.codec.encode(&org_id, &stream, &event).await.unwrap();
            events.push(NewEvent {
                event_id: Uuid::from_u128(u128::from(sequence) << 64),
                event_type: encoded.event_type,
                event_version: encoded.event_version,
                payload: encoded.payload,
                metadata: self.codec.encode_metadata(&metadata).unwrap(),
            });
        }
        let commit = Commit {
            commit_id: Uuid::from_u128(u128::from(expected) + 1),
            appends: vec![Append { org_id, stream, expected, events }],
            expects: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            idempotency: None,
        };
        self.log.commit(commit).await.unwrap();
    }

    /// The state that the events up to `sequence` make.
    fn replayed(&self, sequence: u64) -> Task {
        use cqrs_es::Aggregate as _;
        let mut task = Task::default();
        (1..=sequence).for_each(|sequence| task.apply(self.event(sequence)));
        task
    }

    fn bus(&self) -> (Bus, super::SnapshotWriter) {
        self.bus_over(Arc::clone(&self.store))
    }

    /// A bus that knows no state yet.
    fn bus_over(&self, store: Arc<dyn SnapshotStore>) -> (Bus, super::SnapshotWriter) {
        let bus = Bus::new(self.log.clone(), Arc::clone(&self.codec), Arc::new(SystemClock));
        bus.with_snapshots(store)
    }

    async fn load(&self, bus: &Bus) -> Task {
        let found = bus.read::<Task>(self.organization, self.task).await.unwrap();
        Task::clone(&found.expect("the task"))
    }

    /// Loads the task anew and writes what that offers.
    async fn load_and_write(&self) -> Task {
        let (bus, writer) = self.bus();
        let task = self.load(&bus).await;
        // Without a bus nothing more is offered, and the writer comes to its end.
        drop(bus);
        Arc::new(writer).run(CancellationToken::new()).await.unwrap();
        task
    }

    async fn kept(&self) -> Option<u64> {
        self.store.find(&self.key()).await.unwrap().map(|snapshot| snapshot.sequence)
    }

    /// Keeps `state` as that of the task at `sequence`, as if it had been replayed.
    async fn keep(&self, sequence: u64, event_id: Uuid, state: &Task) {
        let snapshot = StateSnapshot {
            key: self.key(),
            sequence,
            event_id,
            state_hash: STATE_HASH.to_owned(),
            state: Vec::new(),
        };
        let sealed = self.codec.seal_state(snapshot, state).await.unwrap();
        self.store.put(&sealed).await.unwrap();
    }

    async fn end(self) {
        self.log.stop();
        assert!(self.supervisor.shutdown(std::time::Duration::from_secs(10)).await);
    }
}

const AFTER: u64 = SNAPSHOT_AFTER as u64;

#[tokio::test]
async fn a_short_stream_is_not_kept() {
    let world = World::with_events(AFTER).await;
    assert_eq!(world.load_and_write().await, world.replayed(AFTER));
    assert_eq!(world.kept().await, None);
    world.end().await;
}

#[tokio::test]
async fn a_long_stream_is_kept_and_only_what_follows_is_replayed() {
    let world = World::with_events(10_000).await;
    assert_eq!(world.load_and_write().await, world.replayed(10_000));
    assert_eq!(world.kept().await, Some(10_000));
    world.append(10_000, 3).await;
    let (bus, _writer) = world.bus();
    let snapshots = bus.snapshots.as_ref().expect("there are snapshots");
    let org_id = world.organization.to_string();
    let found = snapshots.find::<Task>(world.log.store(), &org_id, &world.stream()).await;
    let (replay, page) = found.expect("it is of use");
    assert_eq!((replay.base, page.events.len(), page.full), (10_000, 3, false));
    assert_eq!(world.load(&bus).await, world.replayed(10_003));
    assert_eq!(world.load_and_write().await, world.replayed(10_003));
    assert_eq!(world.kept().await, Some(10_000), "three events are not worth another");
    world.append(10_003, AFTER).await;
    world.load_and_write().await;
    assert_eq!(world.kept().await, Some(10_003 + AFTER));
    world.end().await;
}

#[tokio::test]
async fn a_state_of_another_history_is_replayed_and_replaced() {
    let world = World::with_events(300).await;
    for sequence in [250, 300, 301, 5_000] {
        world.keep(sequence, Uuid::from_u128(7), &Task::default()).await;
        assert_eq!(world.load_and_write().await, world.replayed(300));
        assert_eq!(world.kept().await, Some(300));
    }
    world.end().await;
}

#[tokio::test]
async fn another_organization_finds_nothing() {
    let world = World::with_events(300).await;
    world.load_and_write().await;
    let (bus, _writer) = world.bus();
    let other = OrganizationId::from_uuid(Uuid::from_u128(9));
    assert_eq!(bus.read::<Task>(other, world.task).await.unwrap(), None);
    world.end().await;
}

#[tokio::test]
async fn what_is_not_as_the_stream_says_is_found_and_taken_away() {
    let world = World::with_events(300).await;
    let id_at_250 = Uuid::from_u128(250 << 64);
    let (bus, _writer) = world.bus();
    world.keep(250, id_at_250, &world.replayed(250)).await;
    let good = VerifiedSnapshots { good: 1, ..VerifiedSnapshots::default() };
    assert_eq!(bus.verify_snapshots().await.unwrap(), good);
    world.keep(250, id_at_250, &world.replayed(249)).await;
    let fault = SnapshotFault { key: world.key(), sequence: 250 };
    let wrong = VerifiedSnapshots { faults: vec![fault], ..VerifiedSnapshots::default() };
    assert_eq!(bus.verify_snapshots().await.unwrap(), wrong);
    assert_eq!(world.kept().await, None);
    world.keep(250, Uuid::nil(), &world.replayed(250)).await;
    let useless = VerifiedSnapshots { discarded: 1, ..VerifiedSnapshots::default() };
    assert_eq!(bus.verify_snapshots().await.unwrap(), useless);
    world.end().await;
}

/// A store that fails, or never answers.
struct Broken {
    answers: bool,
}

#[async_trait]
impl SnapshotStore for Broken {
    async fn find(&self, _: &SnapshotKey) -> Result<Option<StateSnapshot>, LogError> {
        if self.answers {
            Err(LogError::Unavailable("as told".to_owned()))
        } else {
            std::future::pending().await
        }
    }

    async fn put(&self, _: &StateSnapshot) -> Result<(), LogError> {
        Err(LogError::Unavailable("as told".to_owned()))
    }

    async fn remove(&self, _: &SnapshotKey) -> Result<(), LogError> {
        Err(LogError::Unavailable("as told".to_owned()))
    }

    async fn keys(&self, _: Option<&SnapshotKey>, _: usize) -> Result<Vec<SnapshotKey>, LogError> {
        Err(LogError::Unavailable("as told".to_owned()))
    }
}

#[tokio::test]
async fn a_store_that_fails_or_never_answers_fails_no_load() {
    let world = World::with_events(300).await;
    for answers in [true, false] {
        let (bus, writer) = world.bus_over(Arc::new(Broken { answers }));
        assert_eq!(world.load(&bus).await, world.replayed(300));
        drop(bus);
        Arc::new(writer).run(CancellationToken::new()).await.unwrap();
    }
    world.end().await;
}

#[tokio::test]
async fn where_nobody_writes_states_are_let_go() {
    let world = World::with_events(300).await;
    let (bus, writer) = world.bus();
    for _ in 0..=super::offer::QUEUE {
        bus.states.forget(&world.stream());
        assert_eq!(world.load(&bus).await, world.replayed(300));
    }
    drop(bus);
    Arc::new(writer).run(CancellationToken::new()).await.unwrap();
    assert_eq!(world.kept().await, Some(300));
    world.end().await;
}
