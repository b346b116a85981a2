//! Offering a state that took long to replay to whoever writes snapshots.

use std::sync::Arc;

use async_trait::async_trait;
use docket_eventlog::{Codec, LogError, STATE_HASH, SnapshotKey, StateSnapshot, StreamId};
use tokio::sync::mpsc::error::TrySendError;
use uuid::Uuid;

use super::super::Slice;
use super::super::load::SNAPSHOT_AFTER;
use super::Snapshots;

/// How many states wait to be written, at most. They are shared with the cache until then; one more is let
/// go, for the next load of its stream offers it again.
pub(super) const QUEUE: usize = 64;

/// A state, and what it was replayed from.
pub(in super::super) struct Replayed<A> {
    pub(in super::super) state: Arc<A>,
    /// The sequence of the last event that it contains.
    pub(in super::super) sequence: u64,
    /// That event's id.
    pub(in super::super) event_id: Uuid,
    /// The sequence of the snapshot that it was replayed from; 0 for none.
    pub(in super::super) base: u64,
}

/// A state to be written.
pub(super) struct Offer {
    /// The snapshot, but for its state.
    pub(super) snapshot: StateSnapshot,
    pub(super) state: Arc<dyn State>,
}

/// A state of whatever aggregate.
#[async_trait]
pub(super) trait State: Send + Sync {
    async fn seal(&self, codec: &Codec, snapshot: StateSnapshot)
    -> Result<StateSnapshot, LogError>;
}

#[async_trait]
impl<A: Slice> State for A {
    async fn seal(
        &self,
        codec: &Codec,
        snapshot: StateSnapshot,
    ) -> Result<StateSnapshot, LogError> {
        codec.seal_state(snapshot, self).await
    }
}

impl Snapshots {
    /// Has a state written, some time later, where replaying it took more events than it should.
    pub(in super::super) fn offer<A: Slice>(
        &self,
        org_id: &str,
        stream: &StreamId,
        replayed: Replayed<A>,
    ) {
        let Replayed { state, sequence, event_id, base } = replayed;
        if sequence.saturating_sub(base) <= SNAPSHOT_AFTER as u64 {
            return;
        }
        let snapshot = StateSnapshot {
            key: SnapshotKey::new(org_id, stream),
            sequence,
            event_id,
            state_hash: STATE_HASH.to_owned(),
            state: Vec::new(),
        };
        if let Err(TrySendError::Full(_)) = self.offers.try_send(Offer { snapshot, state }) {
            metrics::counter!("docket_snapshot_writes_total", "outcome" => "dropped").increment(1);
        }
    }
}
