//! Aggregates as they stood after their last acknowledged event, shared between commands, and what is known of
//! how far other nodes have taken them.

use std::any::Any;
use std::sync::Arc;

use docket_eventlog::{StreamEnd, StreamId};
use moka::sync::Cache;

use super::{BusError, Slice};

/// How much memory the states of a node may take, as far as it is known: 512 MiB. The least recently used one
/// goes first.
const CAPACITY_BYTES: u64 = 512 * 1024 * 1024;

/// How many states there are at most, however small: each counts for no less than its share of the memory,
/// five kilobytes, which also stands for the cache's own.
const CAPACITY_STATES: u64 = 100_000;

/// How many bytes of memory a byte of JSON takes, about: trees of values and maps of ids have room to spare,
/// and pointers.
const MEMORY_OF_JSON: u64 = 4;

/// One aggregate's state.
#[derive(Clone)]
pub(super) struct Cached {
    /// The organization that it belongs to, text form.
    pub(super) org_id: Arc<str>,
    /// The sequence of its last event.
    pub(super) sequence: u64,
    /// The state, of the aggregate's own type.
    pub(super) state: Arc<dyn Any + Send + Sync>,
    /// About how long its JSON is, at most: as it was when it was loaded, and the events since.
    pub(super) bytes: usize,
}

impl Cached {
    pub(super) fn empty<A: Slice>(org_id: &str) -> Self {
        Self { org_id: Arc::from(org_id), sequence: 0, state: Arc::new(A::default()), bytes: 0 }
    }

    pub(super) fn state_as<A: Slice>(&self) -> Result<Arc<A>, BusError> {
        let state: Arc<dyn Any + Send + Sync> = Arc::clone(&self.state);
        state.downcast::<A>().map_err(|_| {
            BusError::Corrupt(format!("the state of a {} is of another type", A::TYPE))
        })
    }

    fn weight(&self) -> u32 {
        let memory = (self.bytes as u64).saturating_mul(MEMORY_OF_JSON);
        let counted = memory.max(CAPACITY_BYTES / CAPACITY_STATES);
        u32::try_from(counted).unwrap_or(u32::MAX)
    }
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
        let states = Cache::builder()
            .weigher(|_: &StreamId, cached: &Cached| cached.weight())
            .max_capacity(CAPACITY_BYTES);
        Self { states: states.build(), elsewhere: Cache::new(CAPACITY_STATES) }
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

    /// Lets a state go, as if others had taken its room.
    #[cfg(test)]
    pub(super) fn forget(&self, stream: &StreamId) {
        self.states.invalidate(stream);
    }
}

#[cfg(test)]
mod tests {
    use docket_domain::user::User;

    use super::*;

    fn cached(bytes: usize) -> Cached {
        Cached { sequence: 1, bytes, ..Cached::empty::<User>("") }
    }

    #[test]
    fn small_states_are_bounded_by_their_number_and_large_ones_by_their_size() {
        let share = u32::try_from(CAPACITY_BYTES / CAPACITY_STATES).unwrap();
        assert_eq!(cached(0).weight(), share);
        assert_eq!(cached(100).weight(), share);
        assert_eq!(cached(1_000_000).weight(), 4_000_000);
        assert_eq!(cached(usize::MAX).weight(), u32::MAX);
    }

    #[test]
    fn states_that_take_more_than_there_is_room_for_are_not_all_kept() {
        let cache = StateCache::new();
        let stream = |n: usize| StreamId { aggregate_type: "user", aggregate_id: n.to_string() };
        let large = 32 * 1024 * 1024;
        for n in 0..16 {
            cache.put(stream(n), cached(large));
        }
        cache.states.run_pending_tasks();
        let kept = (0..16).filter(|n| cache.get(&stream(*n)).is_some()).count();
        assert!((1..=4).contains(&kept), "each takes a quarter: {kept}");
    }
}
