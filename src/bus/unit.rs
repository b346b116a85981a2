//! One attempt at a unit of work: what was loaded, what was decided.

use std::collections::VecDeque;
use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use docket_domain::{Acting, DomainEvents, EventId, IdSource, Issued};
use docket_eventlog::StreamId;

use super::cache::Cached;
use super::slice::Slice;
use super::work::Existence;
use super::{Bus, BusError, Request};

/// One attempt at a unit of work. Nothing of it is seen by others before it is committed.
pub struct Unit<'a> {
    pub(super) bus: &'a Bus,
    pub(super) request: &'a Request,
    /// Whether every state is read up to the end of its stream, instead of trusting the cache.
    fresh: bool,
    pub(super) touched: Vec<Touched>,
    pub(super) expects: Vec<(StreamId, u64)>,
    reactions: VecDeque<Reacting>,
    events: usize,
}

/// A stream that the attempt has loaded, and what it decided on it.
pub(super) struct Touched {
    pub(super) stream: StreamId,
    pub(super) base: u64,
    pub(super) state: Cached,
    pub(super) decided: Vec<Decided>,
}

/// An event that has been decided and is not recorded yet.
#[derive(Clone)]
pub(super) struct Decided {
    pub(super) id: EventId,
    pub(super) event: DomainEvents,
    pub(super) cause: Option<EventId>,
}

/// An event that the policies have still to answer.
struct Reacting {
    stream: StreamId,
    decided: Decided,
}

/// The events of one commit, at most; those of the next one are counted on from there.
const EVENTS_OF_A_COMMIT: usize = 4_096;

impl<'a> Unit<'a> {
    /// An attempt at what is left of a request after `made` commits.
    pub(super) fn new(bus: &'a Bus, request: &'a Request, fresh: bool, made: usize) -> Self {
        Self {
            bus,
            request,
            fresh,
            touched: Vec::new(),
            expects: Vec::new(),
            reactions: VecDeque::new(),
            events: made * EVENTS_OF_A_COMMIT,
        }
    }

    /// The organization that the request is about.
    pub fn organization(&self) -> docket_domain::OrganizationId {
        self.request.by.organization
    }

    /// The state of an aggregate and the sequence of its last event, this attempt's own events included;
    /// `None` where it does not exist for the caller.
    pub async fn read<A: Slice>(&mut self, id: A::Id) -> Result<Option<(Arc<A>, u64)>, BusError> {
        let index = self.load::<A>(id, false).await?;
        let Some(touched) = self.touched.get(index) else { return Ok(None) };
        let sequence = touched.state.sequence;
        if sequence == 0 {
            return Ok(None);
        }
        Ok(Some((touched.state.state_as::<A>()?, sequence)))
    }

    /// Has an aggregate decide a command of the caller's.
    pub(super) async fn execute<A: Slice>(
        &mut self,
        id: A::Id,
        existence: Existence,
        command: A::Plain,
    ) -> Result<(), BusError> {
        let index = self.load::<A>(id, A::begins(&command)).await?;
        self.check::<A>(index, id, existence)?;
        if A::expects_authority(&command) {
            self.expect_authority();
        }
        let issued = Issued {
            command,
            by: self.request.by.clone(),
            at: self.request.at,
            ids: self.request.ids(),
        };
        self.decide::<A>(index, issued, None).await
    }

    /// Has an aggregate decide a command that a policy answers an event with.
    pub(super) async fn react<A: Slice>(
        &mut self,
        id: A::Id,
        cause: EventId,
        command: A::Plain,
    ) -> Result<(), BusError> {
        // Answered apart, it may have been answered before: what is there then counts.
        let begins = A::begins(&command) && self.bus.is_atomic();
        let index = self.load::<A>(id, begins).await?;
        let issued = Issued {
            command,
            by: Acting::docket(self.request.by.organization),
            at: self.request.at,
            ids: IdSource::new(cause.uuid(), self.request.at),
        };
        self.decide::<A>(index, issued, Some(cause)).await
    }

    /// Lets the policies answer every event until none is left.
    pub(super) async fn settle(&mut self) -> Result<(), BusError> {
        while let Some(Reacting { stream, decided }) = self.reactions.pop_front() {
            super::slices::react(self, &stream, decided.id, &decided.event).await?;
        }
        Ok(())
    }

    fn check<A: Slice>(
        &self,
        index: usize,
        id: A::Id,
        existence: Existence,
    ) -> Result<(), BusError> {
        let current = self.touched.get(index).map_or(0, |touched| touched.state.sequence);
        match existence {
            Existence::Old { .. } if current == 0 => {
                Err(BusError::NotFound { kind: A::TYPE, id: id.to_string() })
            }
            Existence::Old { expected: Some(expected) } if expected != current => {
                Err(BusError::VersionConflict { expected, current })
            }
            Existence::New if current > 0 => Err(BusError::Busy),
            Existence::New | Existence::Old { .. } | Existence::Either => Ok(()),
        }
    }

    fn expect_authority(&mut self) {
        let by = &self.request.by;
        if by.authorized_at > 0 {
            let organization = StreamId {
                aggregate_type: "organization",
                aggregate_id: by.organization.to_string(),
            };
            self.expects.push((organization, by.authorized_at));
        }
    }

    async fn decide<A: Slice>(
        &mut self,
        index: usize,
        issued: Issued<A::Plain>,
        cause: Option<EventId>,
    ) -> Result<(), BusError> {
        let Some(touched) = self.touched.get(index) else { return Ok(()) };
        let state = touched.state.state_as::<A>()?;
        let services = A::services(self, &state, &issued.command).await?;
        let mut state = A::clone(&state);
        let sink = EventSink::default();
        let decision = state.handle(issued, &services, &sink).await;
        decision.map_err(|refusal| BusError::Refused(refusal.into()))?;
        self.record::<A>(index, state, sink.collect().await, cause);
        Ok(())
    }

    fn record<A: Slice>(
        &mut self,
        index: usize,
        state: A,
        events: Vec<A::Event>,
        cause: Option<EventId>,
    ) {
        let ids = self.request.ids();
        let Some(touched) = self.touched.get_mut(index) else { return };
        touched.state.sequence += events.len() as u64;
        touched.state.becomes(state);
        for event in events {
            let decided =
                Decided { id: ids.id("event", self.events), event: A::wrap(event), cause };
            self.events += 1;
            touched.decided.push(decided.clone());
            self.reactions.push_back(Reacting { stream: touched.stream.clone(), decided });
        }
    }

    /// Loads an aggregate once in an attempt, and answers its index in `touched`. One that `begins` is not
    /// looked for in the log, unless somebody has got there before.
    async fn load<A: Slice>(&mut self, id: A::Id, begins: bool) -> Result<usize, BusError> {
        let stream = StreamId { aggregate_type: A::TYPE, aggregate_id: id.to_string() };
        if let Some(index) = self.touched.iter().position(|touched| touched.stream == stream) {
            return Ok(index);
        }
        let org_id =
            if A::GLOBAL { String::new() } else { self.request.by.organization.to_string() };
        let state = if begins && !self.fresh {
            self.bus.assumed::<A>(&org_id, &stream)
        } else {
            self.bus.state::<A>(&org_id, &stream, self.fresh).await?
        };
        self.touched.push(Touched { stream, base: state.sequence, state, decided: Vec::new() });
        Ok(self.touched.len() - 1)
    }
}
