//! What the policies answer an event with, where that is not in the commit that the event is in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_domain::policies::Reaction;
use docket_domain::{Acting, DomainEvents, EventId, Recorded};
use docket_eventlog::StreamId;

use super::execute::may_be_stale;
use super::slice::Slice;
use super::work::{Step, Work};
use super::{Bus, BusError, Request, Unit};

/// Refusals of an answer that was given before, or that the work or the run has ended without.
const OVERTAKEN: [&str; 5] =
    ["ALREADY_EXISTS", "TASK_CLOSED", "APPROVAL_CLOSED", "RUN_CLOSED", "STEP_NOT_ACTIVE"];

/// What came of the answers to an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// Answers that were decided, now or before.
    pub done: usize,
    /// Answers that their aggregates refused: it has gone on without them, or they were given before.
    pub refused: usize,
}

impl Bus {
    /// Has every aggregate that a policy names decide its answer to an event, each in a commit of its own. Its ids
    /// and its time come from the event alone: asked again, it is found in its stream, or refused.
    ///
    /// # Errors
    /// `Busy`, `Unavailable` and `OutcomeUnknown`, after which it may be asked again; `Corrupt` and others, where that
    /// would not help; `Refused` where an aggregate is not where the event has it, as before an earlier event was
    /// answered.
    pub async fn answer(&self, event: &Recorded<DomainEvents>) -> Result<Answered, BusError> {
        let mut answered = Answered::default();
        let Some(organization) = event.organization else { return Ok(answered) };
        let mut request = Request {
            by: Acting { actor: event.metadata.actor, ..Acting::docket(organization) },
            at: time_of(event.event_id),
            id: event.event_id.uuid(),
            correlation_id: event.metadata.correlation_id,
            idempotency: None,
        };
        let causes = request.ids();
        let found = self.reactions(&request, event).await?;
        for (ordinal, reaction) in found.into_iter().enumerate() {
            request.id = causes.id("reaction", ordinal);
            let work = Work::new().step(Answering { reaction, cause: event.event_id });
            match self.execute(&request, work).await {
                Ok(_) => answered.done += 1,
                Err(BusError::Refused(refusal)) if OVERTAKEN.contains(&refusal.code()) => {
                    tracing::debug!(cause = %event.event_id, %refusal, "an answer was refused");
                    answered.refused += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(answered)
    }

    /// What the policies answer; by what the log has, where this node has not heard of the workflow's version.
    async fn reactions(
        &self,
        request: &Request,
        event: &Recorded<DomainEvents>,
    ) -> Result<Vec<Reaction>, BusError> {
        let (id, event) = (&event.aggregate_id, &event.event);
        let mut known = Unit::new(self, request, false, 0);
        match super::slices::reactions(&mut known, id, event).await {
            Err(error) if may_be_stale(&error) => {
                let mut fresh = Unit::new(self, request, true, 0);
                super::slices::reactions(&mut fresh, id, event).await
            }
            found => found,
        }
    }
}

/// When the command was given that an event came of: its id says so, in milliseconds.
fn time_of(event: EventId) -> DateTime<Utc> {
    let millis = event.uuid().as_u128() >> 80;
    let millis = i64::try_from(millis).unwrap_or_default();
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// One answer, as a step of a unit of work.
struct Answering {
    reaction: Reaction,
    cause: EventId,
}

#[async_trait]
impl Step for Answering {
    fn stream(&self) -> StreamId {
        fn of<A: Slice>(id: A::Id) -> StreamId {
            StreamId { aggregate_type: A::TYPE, aggregate_id: id.to_string() }
        }
        match &self.reaction {
            Reaction::Task(id, _) => of::<docket_domain::task::Task>(*id),
            Reaction::Approval(id, _) => of::<docket_domain::approval::Approval>(*id),
            Reaction::Run(id, _) => of::<docket_domain::run::Run>(*id),
        }
    }

    async fn run(&self, unit: &mut Unit<'_>) -> Result<(), BusError> {
        super::slices::answer(unit, self.cause, self.reaction.clone()).await
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use docket_domain::run::{CancelCause, RaisedId, RunEvent};
    use docket_domain::task::{CreateTask, Task, TaskCommand};
    use docket_domain::{Actor, IdSource, Metadata, OrganizationId, RunId, StepId, TaskId};
    use docket_eventlog::{
        Codec, EventLog, EventStore, KeyRing, MasterKey, SqliteKeys, SqliteStore,
    };
    use tokio::runtime::Handle;
    use uuid::Uuid;

    use super::*;
    use crate::clock::SystemClock;
    use crate::supervise::Supervisor;

    /// A bus over an empty log, with its keys in `home`.
    async fn bus(home: &Path, store: Arc<dyn EventStore>) -> (Bus, Supervisor) {
        let clock = Arc::new(SystemClock);
        let keys = SqliteKeys::open(home, clock.clone()).await.unwrap();
        let ring = KeyRing::open(Arc::new(keys), MasterKey::generate().unwrap()).await.unwrap();
        let (log, appending) = EventLog::start(store).await.unwrap();
        let supervisor = Supervisor::new(Handle::current());
        supervisor.once("event log", appending);
        (Bus::new(log, Arc::new(Codec::new(Arc::new(ring))), clock), supervisor)
    }

    fn organization() -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(1))
    }

    /// A step that raised `task` is given up.
    fn given_up(task: TaskId) -> Recorded<DomainEvents> {
        let ids = IdSource::new(Uuid::from_u128(7), DateTime::UNIX_EPOCH);
        let cause = CancelCause::RunCancelled { reason: "not needed".to_owned() };
        let event = RunEvent::StepCancelled {
            step: StepId::default(),
            key: "rfq".into(),
            raised: Some(RaisedId::Task(task)),
            cause,
            at: DateTime::UNIX_EPOCH,
        };
        let correlation_id = Uuid::from_u128(8);
        let (causation_id, on_behalf_of) = (None, None);
        Recorded {
            event_id: ids.id("event", 0),
            position: 1,
            commit_end: 1,
            organization: Some(organization()),
            aggregate_id: RunId::default().to_string(),
            sequence: 1,
            recorded_at: DateTime::UNIX_EPOCH,
            metadata: Metadata { actor: Actor::Docket, causation_id, correlation_id, on_behalf_of },
            event: DomainEvents::Run(event),
        }
    }

    async fn create(bus: &Bus, task: TaskId) {
        let create = CreateTask {
            task,
            title: "File it".to_owned(),
            description: String::new(),
            origin: Some(docket_domain::task::Origin {
                run: RunId::default(),
                step: StepId::default(),
                key: "rfq".into(),
            }),
            assignment: docket_domain::Assignment::default(),
            priority: docket_domain::task::Priority::default(),
            outcomes: Vec::new(),
            form: None,
            sla: docket_domain::Sla::default(),
        };
        let request = Request {
            by: Acting::docket(organization()),
            at: DateTime::UNIX_EPOCH,
            id: Uuid::from_u128(9),
            correlation_id: Uuid::from_u128(9),
            idempotency: None,
        };
        let work = Work::new().create::<Task>(task, TaskCommand::CreateTask(Box::new(create)));
        bus.execute(&request, work).await.unwrap();
    }

    #[tokio::test]
    async fn work_that_was_not_raised_yet_is_not_taken_for_ended() {
        let home = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(home.path(), Arc::new(SystemClock)).await.unwrap();
        let (bus, supervisor) = bus(home.path(), Arc::new(store)).await;
        let task = TaskId::from_uuid(Uuid::from_u128(2));
        let early = bus.answer(&given_up(task)).await;
        assert!(matches!(early, Err(BusError::Refused(_))), "{early:?}");
        create(&bus, task).await;
        for _ in 0..2 {
            let answered = bus.answer(&given_up(task)).await.unwrap();
            assert_eq!(answered, Answered { done: 1, refused: 0 });
        }
        let store = bus.log().store();
        let events = store.read_all(0, 10).await.unwrap().events;
        let types: Vec<&str> = events.iter().map(|event| event.event_type.as_str()).collect();
        assert_eq!(types, ["TaskCreated", "TaskCancelled"]);
        bus.log().stop();
        assert!(supervisor.shutdown(std::time::Duration::from_secs(20)).await);
    }

    #[cfg(feature = "eventstoredb")]
    #[tokio::test]
    async fn what_was_answered_apart_is_read_from_the_log() {
        let home = tempfile::tempdir().unwrap();
        let server = eventstoredb_wire::Server::start().await.unwrap();
        let clock = Arc::new(SystemClock);
        let store = docket_eventlog::EventStoreDb::connect(&server.url(), clock).await.unwrap();
        let (bus, supervisor) = bus(home.path(), Arc::new(store)).await;
        let task = TaskId::from_uuid(Uuid::from_u128(2));
        let stream = StreamId { aggregate_type: "task", aggregate_id: task.to_string() };
        create(&bus, task).await;
        assert!(bus.states.get(&stream).is_some(), "what nobody else can have decided is kept");
        bus.answer(&given_up(task)).await.unwrap();
        assert!(bus.states.get(&stream).is_none());
        assert!(bus.read::<Task>(organization(), task).await.unwrap().is_some());
        bus.log().stop();
        assert!(supervisor.shutdown(std::time::Duration::from_secs(20)).await);
    }

    #[test]
    fn an_events_id_says_when_its_command_was_given() {
        let at = DateTime::from_timestamp_millis(1_767_225_600_123).unwrap();
        let ids = IdSource::new(uuid::Uuid::from_u128(7), at);
        assert_eq!(time_of(ids.id("event", 3)), at);
    }
}
