//! Aggregates as they stood after their last acknowledged event, shared between commands.

use std::any::Any;
use std::sync::Arc;

use docket_eventlog::StreamId;
use moka::sync::Cache;

/// How many aggregates a node keeps; the least recently used one goes first.
const CAPACITY: u64 = 100_000;

/// One aggregate's state.
#[derive(Clone)]
pub(super) struct Cached {
    /// The organization that it belongs to, text form.
    pub(super) org_id: Arc<str>,
    /// The sequence of its last event.
    pub(super) sequence: u64,
    /// The state, of the aggregate's own type.
    pub(super) state: Arc<dyn Any + Send + Sync>,
}

/// The states that a node keeps.
pub(super) struct StateCache {
    states: Cache<StreamId, Cached>,
}

impl StateCache {
    pub(super) fn new() -> Self {
        Self { states: Cache::new(CAPACITY) }
    }

    pub(super) fn get(&self, stream: &StreamId) -> Option<Cached> {
        self.states.get(stream)
    }

    /// Keeps `cached`, unless a later state is there already. Should two come at once and the earlier one stay,
    /// the next command on it meets a conflict, and reads on.
    pub(super) fn put(&self, stream: StreamId, cached: Cached) {
        let known = self.states.get(&stream);
        if known.is_none_or(|known| known.sequence < cached.sequence) {
            self.states.insert(stream, cached);
        }
    }
}
