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

    /// Keeps `cached`, unless a later state is there already. In one step: authority is read from here, where
    /// no conflict would ever tell that an earlier state had taken the place of a later one.
    pub(super) fn put(&self, stream: StreamId, cached: Cached) {
        let _ = self.states.entry(stream).and_compute_with(|known| match known {
            Some(known) if known.value().sequence >= cached.sequence => moka::ops::compute::Op::Nop,
            _ => moka::ops::compute::Op::Put(cached),
        });
    }
}
