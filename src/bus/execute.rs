//! Executing a unit of work: decide, commit, and decide again where something had changed.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use docket_domain::organization::Organization;
use docket_domain::{Acting, Actor, Clock, OrganizationId, Recorded};
use docket_eventlog::{Codec, EventLog, LogError, StreamId};

use serde_json::Value;

use super::cache::{Cached, StateCache};
use super::locks::StreamLocks;
use super::slices::Definitions;
use super::work::Work;
use super::{BusError, Done, Request, Slice, Unit};

/// How often a unit of work is decided anew because something that it read had changed.
const MAX_ATTEMPTS: usize = 5;

/// How many events of a stream are read at once.
const READ_PAGE: usize = 1_000;

/// Takes units of work, and answers each once it is on disk.
pub struct Bus {
    pub(super) log: EventLog,
    pub(super) codec: Arc<Codec>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) definitions: Definitions,
    pub(super) states: StateCache,
    /// What other nodes did up to this position counts here.
    pub(super) followed: AtomicU64,
    locks: StreamLocks,
}

impl Bus {
    /// A bus over `log`.
    pub fn new(log: EventLog, codec: Arc<Codec>, clock: Arc<dyn Clock>) -> Self {
        let followed = AtomicU64::new(*log.head().borrow());
        Self {
            followed,
            log,
            codec,
            clock,
            definitions: Definitions::new(),
            states: StateCache::new(),
            locks: StreamLocks::new(),
        }
    }

    /// The log underneath.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The clock by which requests are timed.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Does all of `work`, or nothing of it, and answers once it is on disk.
    ///
    /// # Errors
    /// Those of [`BusError`]; after each of them nothing has been appended, but for `OutcomeUnknown`.
    pub async fn execute(&self, request: &Request, work: Work) -> Result<Done, BusError> {
        match self.attempt(request, &work).await {
            Ok(done) => Ok(done),
            Err(error) => match self.first_answer(request).await? {
                Some(done) => Ok(done),
                None => Err(error),
            },
        }
    }

    /// What the organization lets `actor` do now; `None` where it knows no such actor.
    ///
    /// # Errors
    /// `Unavailable` when the log cannot be read, `Corrupt` when what it holds cannot.
    pub async fn acting(
        &self,
        organization: OrganizationId,
        actor: Actor,
    ) -> Result<Option<Acting>, BusError> {
        self.acting_since(organization, actor, 0).await
    }

    /// The same, once the organization's events up to `sequence` count.
    ///
    /// # Errors
    /// As [`Self::acting`].
    pub async fn acting_since(
        &self,
        organization: OrganizationId,
        actor: Actor,
        sequence: u64,
    ) -> Result<Option<Acting>, BusError> {
        super::slices::acting(self, organization, actor, sequence).await
    }

    /// An aggregate's state as this node knows it; `None` where the organization has none of that id.
    pub async fn read<A: Slice>(
        &self,
        organization: OrganizationId,
        id: A::Id,
    ) -> Result<Option<Arc<A>>, BusError> {
        let stream = StreamId { aggregate_type: A::TYPE, aggregate_id: id.to_string() };
        let cached = self.state::<A>(&organization.to_string(), &stream, false).await?;
        if cached.sequence == 0 { Ok(None) } else { cached.state_as::<A>().map(Some) }
    }

    /// The organization's state now; an empty one where there is none of that id.
    pub async fn organization(
        &self,
        organization: OrganizationId,
    ) -> Result<Arc<Organization>, BusError> {
        super::slices::organization(self, organization).await.map(|(state, _)| state)
    }

    async fn attempt(&self, request: &Request, work: &Work) -> Result<Done, BusError> {
        let mut streams = work.streams();
        let mut fresh = false;
        for _ in 0..MAX_ATTEMPTS {
            let held = self.locks.hold(&streams).await;
            let mut unit = Unit::new(self, request, fresh);
            let mut decided = unit.run(work).await;
            if decided.as_ref().is_err_and(may_be_stale) && !fresh {
                unit = Unit::new(self, request, true);
                decided = unit.run(work).await;
            }
            decided?;
            match unit.commit(work).await {
                Err(LogError::Conflict { .. }) => {
                    fresh = true;
                    streams = unit.streams();
                }
                Err(error) => return Err(error.into()),
                Ok(done) => return Ok(done),
            }
            drop(held);
        }
        Err(BusError::Busy)
    }

    /// The answer that the request's key was given before, with the same input.
    async fn first_answer(&self, request: &Request) -> Result<Option<Done>, BusError> {
        let Some(key) = &request.idempotency else { return Ok(None) };
        match self.log.store().repeated(&key.scope, &key.key).await? {
            Some((input_hash, _)) if input_hash != key.input_hash => {
                Err(BusError::IdempotencyKeyReused)
            }
            Some((_, result)) => Ok(Some(super::commit::done(result, Value::Null)?)),
            None => Ok(None),
        }
    }

    /// An aggregate's state: the cached one, read up to the end of its stream where `fresh` asks for it, or
    /// another node is known to have gone on.
    pub(super) async fn state<A: Slice>(
        &self,
        org_id: &str,
        stream: &StreamId,
        fresh: bool,
    ) -> Result<Cached, BusError> {
        let cached = self.states.get(stream);
        if cached.as_ref().is_some_and(|cached| &*cached.org_id != org_id) {
            return Ok(Cached::empty::<A>(org_id));
        }
        match cached {
            Some(cached) if !fresh && !self.states.is_behind(stream, cached.sequence) => Ok(cached),
            known => self.read_on::<A>(known.unwrap_or(Cached::empty::<A>(org_id)), stream).await,
        }
    }

    /// The state of an aggregate that is about to begin: empty, unless this node knows better.
    pub(super) fn assumed<A: Slice>(&self, org_id: &str, stream: &StreamId) -> Cached {
        let known = self.states.get(stream).filter(|cached| &*cached.org_id == org_id);
        known.unwrap_or_else(|| Cached::empty::<A>(org_id))
    }

    async fn read_on<A: Slice>(&self, from: Cached, stream: &StreamId) -> Result<Cached, BusError> {
        let before = from.sequence;
        let mut cached = from;
        let mut state = A::clone(&*cached.state_as::<A>()?);
        loop {
            let store = self.log.store();
            let stored =
                store.read_stream(&cached.org_id, stream, cached.sequence, READ_PAGE).await?;
            let Some(last) = stored.last().map(|event| event.sequence) else { break };
            let recorded: Vec<Recorded<A::Event>> = self.codec.decode_stream(&stored).await?;
            for event in recorded {
                state.apply(event.event);
            }
            cached.sequence = last;
        }
        if cached.sequence > before {
            cached.state = Arc::new(state);
            self.states.put(stream.clone(), cached.clone());
        }
        Ok(cached)
    }

    pub(super) fn keep(&self, stream: StreamId, cached: Cached) {
        self.states.put(stream, cached);
    }
}

/// Whether an error may come from a cached state that others have moved on from.
fn may_be_stale(error: &BusError) -> bool {
    matches!(
        error,
        BusError::Refused(_) | BusError::NotFound { .. } | BusError::VersionConflict { .. }
    )
}

impl Cached {
    fn empty<A: Slice>(org_id: &str) -> Self {
        Self { org_id: Arc::from(org_id), sequence: 0, state: Arc::new(A::default()) }
    }

    pub(super) fn state_as<A: Slice>(&self) -> Result<Arc<A>, BusError> {
        let state: Arc<dyn Any + Send + Sync> = Arc::clone(&self.state);
        state.downcast::<A>().map_err(|_| {
            BusError::Corrupt(format!("the state of a {} is of another type", A::TYPE))
        })
    }
}
