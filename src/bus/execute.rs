//! Executing a unit of work: decide, commit, and decide again where something had changed.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use docket_domain::organization::Organization;
use docket_domain::{Acting, Actor, Clock, OrganizationId};
use docket_eventlog::{Codec, EventLog, LogError, SnapshotStore, StreamId};

use super::cache::StateCache;
use super::locks::StreamLocks;
use super::slices::Definitions;
use super::snapshots::Snapshots;
use super::work::Work;
use super::{BusError, Done, Request, Slice, SnapshotWriter, Unit};

/// How often a unit of work is decided anew because something that it read had changed.
const MAX_ATTEMPTS: usize = 5;

/// Takes units of work, and answers each once it is on disk.
pub struct Bus {
    pub(super) log: EventLog,
    pub(super) codec: Arc<Codec>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) definitions: Definitions,
    pub(super) states: StateCache,
    /// What other nodes did up to this position counts here.
    pub(super) followed: AtomicU64,
    pub(super) snapshots: Option<Snapshots>,
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
            snapshots: None,
            locks: StreamLocks::new(),
        }
    }

    /// The same bus, with states of long streams kept in `store`; and what writes them, which has to be run.
    #[must_use]
    pub fn with_snapshots(mut self, store: Arc<dyn SnapshotStore>) -> (Self, SnapshotWriter) {
        let (snapshots, writer) = Snapshots::over(store, Arc::clone(&self.codec));
        self.snapshots = Some(snapshots);
        (self, writer)
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
    /// On a store without commits over several streams it is one commit for each, made in an order in which whatever
    /// a crash leaves is of no harm, and what policies answer follows later.
    ///
    /// # Errors
    /// Those of [`BusError`]; after each of them nothing has been appended, but for `OutcomeUnknown`.
    pub async fn execute(&self, request: &Request, work: Work) -> Result<Done, BusError> {
        let request = &self.timed(request);
        if let Some(done) = self.look_ahead(request, &work).await? {
            return Ok(done);
        }
        match self.attempt(request, &work).await {
            Ok(done) => Ok(done),
            Err(error) => self.look_up(request, error).await,
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
        let mut made = Vec::new();
        let done = self.attempt_all(request, work, &mut made).await;
        // Part of it is there: whoever sends it again finds that.
        if made.is_empty() { done } else { done.map_err(|_| BusError::OutcomeUnknown) }
    }

    async fn attempt_all(
        &self,
        request: &Request,
        work: &Work,
        made: &mut Vec<StreamId>,
    ) -> Result<Done, BusError> {
        let mut streams = work.streams();
        let mut fresh = false;
        for _ in 0..MAX_ATTEMPTS {
            let held = self.locks.hold(&streams).await;
            let mut unit = Unit::new(self, request, fresh, made.len());
            let mut decided = unit.run(work, made).await;
            if decided.as_ref().is_err_and(may_be_stale) && !fresh {
                unit = Unit::new(self, request, true, made.len());
                decided = unit.run(work, made).await;
            }
            decided?;
            match unit.commit(work, made).await {
                Err(LogError::Conflict { .. }) => {
                    fresh = true;
                    streams = unit.streams();
                }
                Err(error) => {
                    if matches!(error, LogError::OutcomeUnknown) {
                        // It may have been made, and what is known of these is of the time before.
                        unit.streams().iter().for_each(|stream| self.states.forget(stream));
                    }
                    return Err(error.into());
                }
                Ok(done) => return Ok(done),
            }
            drop(held);
        }
        Err(BusError::Busy)
    }
}

/// Whether an error may come from a cached state that others have moved on from.
pub(super) fn may_be_stale(error: &BusError) -> bool {
    matches!(
        error,
        BusError::Refused(_) | BusError::NotFound { .. } | BusError::VersionConflict { .. }
    )
}
