//! Aggregates as they stood after their last acknowledged event, shared between commands, and what is known of
//! how far other nodes have taken them.

use std::any::Any;
use std::sync::Arc;

use docket_eventlog::{StreamEnd, StreamId};
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
    /// The sequences that streams have reached elsewhere, by type and id. Apart from the states, for one that
    /// was read before may be kept after.
    elsewhere: Cache<(String, String), u64>,
}

impl StateCache {
    pub(super) fn new() -> Self {
        Self { states: Cache::new(CAPACITY), elsewhere: Cache::new(CAPACITY) }
    }

    pub(super) fn get(&self, stream: &StreamId) -> Option<Cached> {
        self.states.get(stream)
    }

    /// A stream has got as far as `end`, on another node: an earlier state is not to be trusted any more.
    pub(super) fn reached(&self, end: StreamEnd) {
        self.elsewhere.insert((end.aggregate_type, end.aggregate_id), end.sequence);
    }

    /// Whether the stream is known to have gone on after `sequence`.
    pub(super) fn is_behind(&self, stream: &StreamId, sequence: u64) -> bool {
        let key = (stream.aggregate_type.to_owned(), stream.aggregate_id.clone());
        self.elsewhere.get(&key).is_some_and(|reached| reached > sequence)
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
