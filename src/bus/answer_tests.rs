//! What the policies answer, early, late, and at a node that knows less than the log.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use docket_domain::run::{CancelCause, RaisedId, Run, RunCommand, RunEvent, StartRun};
use docket_domain::task::{CreateTask, Origin, Priority, Task, TaskCommand};
use docket_domain::workflow::{CreateWorkflow, PublishWorkflow, Workflow, WorkflowCommand};
use docket_domain::{
    Acting, Actor, Assignment, DomainEvents, IdSource, Metadata, OrganizationId, Recorded, RunId,
    Sla, StepId, TaskId, WorkflowId,
};
use docket_eventlog::{Codec, EventLog, EventStore, KeyRing, MasterKey, SqliteKeys, SqliteStore};
use serde_json::{Map, json};
use tempfile::TempDir;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{Answered, Bus, BusError, Request, Work};
use crate::clock::SystemClock;
use crate::supervise::Supervisor;

/// A bus over an empty log, whose keys are in a directory of their own.
struct World {
    bus: Bus,
    supervisor: Supervisor,
    _home: TempDir,
}

impl World {
    async fn on_sqlite() -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(home.path(), Arc::new(SystemClock)).await.unwrap();
        Self::over(Arc::new(store), home).await
    }

    async fn over(store: Arc<dyn EventStore>, home: TempDir) -> Self {
        let codec = Arc::new(codec(home.path()).await);
        let (log, appending) = EventLog::start(store).await.unwrap();
        let supervisor = Supervisor::new(Handle::current());
        supervisor.once("event log", appending);
        let bus = Bus::new(log, codec, Arc::new(SystemClock));
        Self { bus, supervisor, _home: home }
    }

    /// What happened, in the order of the log.
    async fn types(&self) -> Vec<String> {
        let page = self.bus.log().store().read_all(0, 100).await.unwrap();
        page.events.into_iter().map(|event| event.event_type).collect()
    }

    async fn end(self) {
        self.bus.log().stop();
        assert!(self.supervisor.shutdown(Duration::from_secs(20)).await);
    }
}

async fn codec(home: &Path) -> Codec {
    let keys = SqliteKeys::open(home, Arc::new(SystemClock)).await.unwrap();
    let ring = KeyRing::open(Arc::new(keys), MasterKey::generate().unwrap()).await.unwrap();
    Codec::new(Arc::new(ring))
}

fn organization() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(1))
}

fn task() -> TaskId {
    TaskId::from_uuid(Uuid::from_u128(2))
}

async fn done(bus: &Bus, id: u128, work: Work) {
    let request = Request {
        by: Acting::docket(organization()),
        at: DateTime::UNIX_EPOCH,
        id: Uuid::from_u128(id),
        correlation_id: Uuid::from_u128(id),
        idempotency: None,
    };
    bus.execute(&request, work).await.unwrap();
}

/// The step that raised the task is given up.
fn given_up() -> Recorded<DomainEvents> {
    let ids = IdSource::new(Uuid::from_u128(7), DateTime::UNIX_EPOCH);
    let event = RunEvent::StepCancelled {
        step: StepId::default(),
        key: "file".into(),
        raised: Some(RaisedId::Task(task())),
        cause: CancelCause::RunCancelled { reason: "not needed".to_owned() },
        at: DateTime::UNIX_EPOCH,
    };
    let metadata = Metadata {
        actor: Actor::Docket,
        causation_id: None,
        correlation_id: Uuid::from_u128(8),
        on_behalf_of: None,
    };
    Recorded {
        event_id: ids.id("event", 0),
        position: 1,
        commit_end: 1,
        organization: Some(organization()),
        aggregate_id: RunId::default().to_string(),
        sequence: 1,
        recorded_at: DateTime::UNIX_EPOCH,
        metadata,
        event: DomainEvents::Run(event),
    }
}

/// The task that the step raises.
async fn raise(bus: &Bus) {
    let (run, step) = (RunId::default(), StepId::default());
    let create = CreateTask {
        task: task(),
        title: "File it".to_owned(),
        description: String::new(),
        origin: Some(Origin { run, step, key: "file".into() }),
        assignment: Assignment::default(),
        priority: Priority::default(),
        outcomes: Vec::new(),
        form: None,
        sla: Sla::default(),
    };
    let create = TaskCommand::CreateTask(Box::new(create));
    done(bus, 9, Work::new().create::<Task>(task(), create)).await;
}

#[tokio::test]
async fn work_that_was_not_raised_yet_is_not_taken_for_ended() {
    let world = World::on_sqlite().await;
    let early = world.bus.answer(&given_up()).await;
    assert!(matches!(early, Err(BusError::Refused(_))), "{early:?}");
    raise(&world.bus).await;
    for _ in 0..2 {
        let answered = world.bus.answer(&given_up()).await.unwrap();
        assert_eq!(answered, Answered { done: 1, refused: 0 });
    }
    assert_eq!(world.types().await, ["TaskCreated", "TaskCancelled"]);
    world.end().await;
}

/// Publishes a workflow of one task, and starts a run of it.
async fn publish_and_start(bus: &Bus, workflow: WorkflowId) {
    let held_roles = ["clerk".parse().unwrap()].into();
    let publish = WorkflowCommand::PublishWorkflow(PublishWorkflow { held_roles });
    done(bus, 11, Work::new().change::<Workflow>(workflow, None, publish)).await;
    let run = RunId::from_uuid(Uuid::from_u128(4));
    let variables = Map::new();
    let start = StartRun { run, workflow, version: 1, subject: None, variables };
    done(bus, 12, Work::new().create::<Run>(run, RunCommand::StartRun(start))).await;
}

#[tokio::test]
async fn a_version_that_another_node_has_just_published_is_found() {
    let world = World::on_sqlite().await;
    let workflow = WorkflowId::from_uuid(Uuid::from_u128(3));
    let definition = json!({
        "code": "FILING", "name": "Filing", "start": "file",
        "steps": [
            { "key": "file", "type": "task", "name": "File it", "assign": { "role": "clerk" },
              "next": [{ "to": "filed" }] },
            { "key": "filed", "type": "end", "name": "Filed", "outcome": "filed" },
        ],
    });
    let create = WorkflowCommand::CreateWorkflow(CreateWorkflow { definition });
    done(&world.bus, 10, Work::new().create::<Workflow>(workflow, create)).await;
    let codec = Arc::clone(&world.bus.codec);
    let other = Bus::new(world.bus.log().clone(), codec, Arc::new(SystemClock));
    assert!(other.read::<Workflow>(organization(), workflow).await.unwrap().is_some());
    publish_and_start(&world.bus, workflow).await;
    let page = world.bus.log().store().read_all(0, 100).await.unwrap().events;
    let activated = page.iter().find(|event| event.event_type == "StepActivated");
    let event = world.bus.codec.decode_page(&[activated.unwrap().clone()]).await.unwrap().remove(0);
    // Here it was raised in the commit that the event is in.
    let answered = other.answer(&event.unwrap()).await.unwrap();
    assert_eq!(answered, Answered { done: 0, refused: 1 });
    world.end().await;
}

#[cfg(feature = "eventstoredb")]
#[tokio::test]
async fn what_was_answered_apart_is_read_from_the_log() {
    use docket_eventlog::{EventStoreDb, StreamId};

    let server = eventstoredb_wire::Server::start().await.unwrap();
    let store = EventStoreDb::connect(&server.url(), Arc::new(SystemClock)).await.unwrap();
    let world = World::over(Arc::new(store), tempfile::tempdir().unwrap()).await;
    let stream = StreamId { aggregate_type: "task", aggregate_id: task().to_string() };
    raise(&world.bus).await;
    assert!(world.bus.states.get(&stream).is_some(), "nobody else can have decided it");
    world.bus.answer(&given_up()).await.unwrap();
    assert!(world.bus.states.get(&stream).is_none());
    assert_eq!(world.types().await, ["TaskCreated", "TaskCancelled"]);
    world.end().await;
}
