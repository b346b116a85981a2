//! One command for a stream at a time on this node.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};

use docket_eventlog::StreamId;
use tokio::sync::{Mutex, MutexGuard};

/// How many locks there are; two streams that share one only wait for each other now and then.
const LOCKS: usize = 4096;

/// Locks shared by the streams.
pub(super) struct StreamLocks {
    locks: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl StreamLocks {
    pub(super) fn new() -> Self {
        Self { locks: (0..LOCKS).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }

    /// Holds the locks of all `streams`. They are taken in one order everywhere, so that no two holders
    /// wait for each other.
    pub(super) async fn hold(&self, streams: &[StreamId]) -> Vec<MutexGuard<'_, ()>> {
        let indexes: BTreeSet<usize> = streams.iter().map(|stream| self.index(stream)).collect();
        let mut held = Vec::with_capacity(indexes.len());
        for lock in indexes.into_iter().filter_map(|index| self.locks.get(index)) {
            held.push(lock.lock().await);
        }
        held
    }

    fn index(&self, stream: &StreamId) -> usize {
        usize::try_from(self.hasher.hash_one(stream) % LOCKS as u64).unwrap_or(0)
    }
}
