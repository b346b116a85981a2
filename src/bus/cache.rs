//! Aggregates as they stood after their last acknowledged event, shared between commands, and what is known of
//! how far other nodes have taken them.

use std::any::Any;
use std::io;
use std::sync::Arc;

use docket_eventlog::{StreamEnd, StreamId};
use quick_cache::sync::{Cache, DefaultLifecycle, EntryAction, EntryResult};
use quick_cache::{DefaultHashBuilder, Equivalent, Weighter};
use serde::Serialize;

use super::{BusError, Slice};

/// How much memory the states of a node may take, as far as it is known: 512 MiB. The least recently used one
/// goes first.
const CAPACITY_BYTES: u64 = 512 * 1024 * 1024;

/// How many states there are at most, however small: each counts for no less than its share of the memory,
/// five kilobytes, which also stands for the cache's own.
const CAPACITY_STATES: u64 = 100_000;

/// How many states the memory is taken to hold when it is shared out: a cache has parts, so that threads do not
/// wait for one another, and this many make no more than 16. A state has room in one of them, where it takes 32
/// MiB or less; a larger one is not kept.
const SHARED_BY_STATES: usize = 1_000;

/// How many streams a node remembers to have gone on elsewhere.
const CAPACITY_ELSEWHERE: usize = 100_000;

/// How many bytes of memory a byte of JSON takes, about: trees of values and maps of ids have room to spare,
/// and pointers.
const MEMORY_OF_JSON: u64 = 4;

/// From how many bytes on it matters how long the JSON of a state really is.
const MEASURED_FROM: usize = 64 * 1024;

/// One aggregate's state.
#[derive(Clone)]
pub(super) struct Cached {
    /// The organization that it belongs to, text form.
    pub(super) org_id: Arc<str>,
    /// The sequence of its last event.
    pub(super) sequence: u64,
    /// The state, of the aggregate's own type.
    pub(super) state: Arc<dyn Any + Send + Sync>,
    /// About how long its JSON is, at most: as it was when it was measured, and the events since.
    pub(super) bytes: usize,
    /// How long it was when it was measured.
    pub(super) measured: usize,
}

impl Cached {
    pub(super) fn empty<A: Slice>(org_id: &str) -> Self {
        Self {
            org_id: Arc::from(org_id),
            sequence: 0,
            state: Arc::new(A::default()),
            bytes: 0,
            measured: 0,
        }
    }

    pub(super) fn state_as<A: Slice>(&self) -> Result<Arc<A>, BusError> {
        let state: Arc<dyn Any + Send + Sync> = Arc::clone(&self.state);
        state.downcast::<A>().map_err(|_| {
            BusError::Corrupt(format!("the state of a {} is of another type", A::TYPE))
        })
    }

    /// Takes over a new state. Where the events may have made more of it than they did, it is measured.
    pub(super) fn becomes<A: Slice>(&mut self, state: A) {
        if self.bytes > MEASURED_FROM.max(self.measured.saturating_mul(2)) {
            self.measured = json_bytes(&state);
            self.bytes = self.measured;
        }
        self.state = Arc::new(state);
    }

    fn weight(&self) -> u64 {
        let memory = (self.bytes as u64).saturating_mul(MEMORY_OF_JSON);
        memory.max(CAPACITY_BYTES / CAPACITY_STATES)
    }
}

/// Counts the memory of a state.
#[derive(Clone)]
struct Memory;

impl Weighter<StreamId, Cached> for Memory {
    fn weight(&self, _: &StreamId, cached: &Cached) -> u64 {
        cached.weight()
    }
}

/// A stream, by texts of any life: it has the hash of the [`StreamId`] that it is equal to.
#[derive(Hash)]
struct Named<'a> {
    aggregate_type: &'a str,
    aggregate_id: &'a str,
}

impl Equivalent<StreamId> for Named<'_> {
    fn equivalent(&self, stream: &StreamId) -> bool {
        self.aggregate_type == stream.aggregate_type && self.aggregate_id == stream.aggregate_id
    }
}

/// The states that a node keeps.
pub(super) struct StateCache {
    states: Cache<StreamId, Cached, Memory>,
    /// The sequences that streams have reached elsewhere, by the aggregate's id, which names its type. Apart from
    /// the states, for one that was read before may be kept after.
    elsewhere: Cache<String, u64>,
}

impl StateCache {
    pub(super) fn new() -> Self {
        let (hashes, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self {
            states: Cache::with(SHARED_BY_STATES, CAPACITY_BYTES, Memory, hashes, lifecycle),
            elsewhere: Cache::new(CAPACITY_ELSEWHERE),
        }
    }

    pub(super) fn get(&self, stream: &StreamId) -> Option<Cached> {
        self.states.get(stream)
    }

    /// A stream has got as far as `end`, on another node: an earlier state is not to be trusted any more. It is let
    /// go, for how far the stream has got is not remembered for ever.
    pub(super) fn reached(&self, end: StreamEnd) {
        let named = Named { aggregate_type: &end.aggregate_type, aggregate_id: &end.aggregate_id };
        self.states.remove_if(&named, |known| known.sequence < end.sequence);
        self.elsewhere.insert(end.aggregate_id, end.sequence);
    }

    /// Whether the stream is known to have gone on after `sequence`.
    pub(super) fn is_behind(&self, stream: &StreamId, sequence: u64) -> bool {
        self.elsewhere.get(&stream.aggregate_id).is_some_and(|reached| reached > sequence)
    }

    /// Keeps `cached`, unless a later state is there already. In one step: authority is read from here, where
    /// no conflict would ever tell that an earlier state had taken the place of a later one.
    pub(super) fn put(&self, stream: &StreamId, cached: Cached) {
        let entry = self.states.entry(stream, None, |_, known| {
            if known.sequence < cached.sequence {
                known.clone_from(&cached);
            }
            EntryAction::Retain(())
        });
        if let EntryResult::Vacant(place) = entry {
            // Refused only where the place is taken meanwhile, by one who has put a state there.
            let _ = place.insert(cached);
        }
    }

    /// Lets a state go: it is read again when it is next asked for.
    pub(super) fn forget(&self, stream: &StreamId) {
        self.states.remove(stream);
    }
}

/// How long the JSON of `state` is.
pub(super) fn json_bytes(state: &impl Serialize) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // What is no JSON is refused before it is stored.
    let _ = serde_json::to_writer(&mut count, state);
    count.0
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
        let share = CAPACITY_BYTES / CAPACITY_STATES;
        assert_eq!(cached(0).weight(), share);
        assert_eq!(cached(100).weight(), share);
        assert_eq!(cached(1_000_000).weight(), 4_000_000);
        assert_eq!(cached(usize::MAX).weight(), u64::MAX);
    }

    #[test]
    fn states_that_take_more_than_there_is_room_for_are_not_all_kept() {
        let cache = StateCache::new();
        let stream = |n: usize| StreamId { aggregate_type: "user", aggregate_id: n.to_string() };
        let large = 4 * 1024 * 1024;
        for n in 0..100 {
            cache.put(&stream(n), cached(large));
        }
        let kept = (0..100).filter(|n| cache.get(&stream(*n)).is_some()).count();
        assert!((1..=32).contains(&kept), "each takes a part in 32: {kept}");
    }

    #[test]
    fn what_went_on_elsewhere_lets_an_earlier_state_go() {
        let cache = StateCache::new();
        let stream = StreamId { aggregate_type: "user", aggregate_id: "one".to_owned() };
        cache.put(&stream, Cached { sequence: 2, ..cached(10) });
        for (sequence, stays) in [(1, true), (2, true), (3, false)] {
            cache.reached(StreamEnd {
                aggregate_type: "user".to_owned(),
                aggregate_id: "one".to_owned(),
                sequence,
            });
            assert_eq!(cache.get(&stream).is_some(), stays, "at {sequence}");
            assert_eq!(cache.is_behind(&stream, 2), !stays, "at {sequence}");
        }
    }

    #[test]
    fn a_state_is_measured_again_before_it_counts_for_too_much() {
        let mut hot = Cached::empty::<User>("");
        let mut most = 0;
        for _ in 0..10_000 {
            hot.becomes(User::default());
            hot.bytes += 1_000;
            most = most.max(hot.bytes);
        }
        assert!(most <= MEASURED_FROM + 2_000, "{most}");
    }

    #[test]
    fn an_earlier_state_does_not_take_the_place_of_a_later_one() {
        let cache = StateCache::new();
        let stream = || StreamId { aggregate_type: "user", aggregate_id: "one".to_owned() };
        for sequence in [2, 1, 3, 3, 2] {
            cache.put(&stream(), Cached { sequence, ..cached(10) });
        }
        assert_eq!(cache.get(&stream()).map(|cached| cached.sequence), Some(3));
    }
}
