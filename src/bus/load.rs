//! Loading an aggregate: from the cache, from a snapshot, from its events.

use std::sync::Arc;

use docket_domain::Recorded;
use docket_eventlog::{StoredEvent, StreamId};
use uuid::Uuid;

use super::cache::{Cached, json_bytes};
use super::snapshots::Replayed;
use super::{Bus, BusError, Slice};

/// How many events a stream has at least beyond its snapshot, or its beginning, before its state is worth a
/// snapshot. Replaying so many takes about as long as the few statements that finding a snapshot does; and
/// hardly any stream ever gets so long, so that hardly any load looks for one.
pub(super) const SNAPSHOT_AFTER: usize = 100;

/// How many events of a long stream are read at once.
const READ_PAGE: usize = 1_000;

/// A state that is being replayed.
pub(super) struct Replay<A> {
    pub(super) state: A,
    /// The sequence of the last event that it contains.
    pub(super) sequence: u64,
    /// That event's id; nil where it contains none.
    pub(super) event_id: Uuid,
    /// The sequence that it was replayed from.
    pub(super) base: u64,
}

/// The next events of a stream.
pub(super) struct Page {
    pub(super) events: Vec<StoredEvent>,
    /// Whether there may be more.
    pub(super) full: bool,
}

impl Bus {
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
            Some(cached) => self.read_on::<A>(cached, stream).await,
            None => self.load::<A>(org_id, stream).await,
        }
    }

    /// The state of an aggregate that is about to begin: empty, unless this node knows better.
    pub(super) fn assumed<A: Slice>(&self, org_id: &str, stream: &StreamId) -> Cached {
        let known = self.states.get(stream).filter(|cached| &*cached.org_id == org_id);
        known.unwrap_or_else(|| Cached::empty::<A>(org_id))
    }

    pub(super) fn keep(&self, stream: &StreamId, cached: Cached) {
        self.states.put(stream, cached);
    }

    /// A state that this node does not know. Where the stream is long enough to have a snapshot, it is looked
    /// for, and only the events beyond it are replayed.
    async fn load<A: Slice>(&self, org_id: &str, stream: &StreamId) -> Result<Cached, BusError> {
        let mut replay = Replay::<A>::new();
        let mut page = self.page(org_id, stream, 0, SNAPSHOT_AFTER).await?;
        if page.full
            && let Some(snapshots) = &self.snapshots
            && let Some(found) = snapshots.find::<A>(self.log.store(), org_id, stream).await
        {
            (replay, page) = found;
        }
        self.finish(&mut replay, page, org_id, stream).await?;
        if replay.sequence == 0 {
            return Ok(Cached::empty::<A>(org_id));
        }
        let state = Arc::new(replay.state);
        let bytes = json_bytes(&*state);
        let cached = Cached {
            org_id: Arc::from(org_id),
            sequence: replay.sequence,
            bytes,
            measured: bytes,
            state: Arc::clone(&state) as _,
        };
        self.states.put(stream, cached.clone());
        if let Some(snapshots) = &self.snapshots {
            let Replay { sequence, event_id, base, .. } = replay;
            snapshots.offer(org_id, stream, Replayed { state, sequence, event_id, base });
        }
        Ok(cached)
    }

    /// A cached state with what its stream has beyond it.
    async fn read_on<A: Slice>(&self, from: Cached, stream: &StreamId) -> Result<Cached, BusError> {
        let page = self.page(&from.org_id, stream, from.sequence, READ_PAGE).await?;
        if page.events.is_empty() {
            return Ok(from);
        }
        let mut replay = Replay {
            state: A::clone(&*from.state_as::<A>()?),
            sequence: from.sequence,
            event_id: Uuid::nil(),
            base: from.sequence,
        };
        let read = self.finish(&mut replay, page, &from.org_id, stream).await?;
        let mut cached = Cached { sequence: replay.sequence, ..from };
        cached.bytes = cached.bytes.saturating_add(read);
        cached.becomes(replay.state);
        self.states.put(stream, cached.clone());
        Ok(cached)
    }

    /// Replays `page` and all that follows it; answers how many bytes of payload that was.
    async fn finish<A: Slice>(
        &self,
        replay: &mut Replay<A>,
        mut page: Page,
        org_id: &str,
        stream: &StreamId,
    ) -> Result<usize, BusError> {
        let mut bytes: usize = 0;
        loop {
            bytes += page.events.iter().map(|event| event.payload.len()).sum::<usize>();
            self.replay(replay, &page.events).await?;
            if !page.full {
                return Ok(bytes);
            }
            page = self.page(org_id, stream, replay.sequence, READ_PAGE).await?;
        }
    }

    pub(super) async fn replay<A: Slice>(
        &self,
        replay: &mut Replay<A>,
        events: &[StoredEvent],
    ) -> Result<(), BusError> {
        let Some(last) = events.last() else { return Ok(()) };
        let recorded: Vec<Recorded<A::Event>> = self.codec.decode_stream(events).await?;
        for event in recorded {
            replay.state.apply(event.event);
        }
        (replay.sequence, replay.event_id) = (last.sequence, last.event_id);
        Ok(())
    }

    pub(super) async fn page(
        &self,
        org_id: &str,
        stream: &StreamId,
        after: u64,
        limit: usize,
    ) -> Result<Page, BusError> {
        let events = self.log.store().read_stream(org_id, stream, after, limit).await?;
        let full = events.len() >= limit;
        Ok(Page { events, full })
    }
}

impl<A: Slice> Replay<A> {
    pub(super) fn new() -> Self {
        Self { state: A::default(), sequence: 0, event_id: Uuid::nil(), base: 0 }
    }
}
