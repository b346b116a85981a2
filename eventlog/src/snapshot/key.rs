//! What a snapshot is of.

use uuid::Uuid;

use crate::StreamId;

/// The hash of all code that a state depends on: its types, `apply`, and the upcasters of its events. A
/// snapshot of another hash is of no use.
pub const STATE_HASH: &str = env!("DOCKET_STATE_HASH");

/// Whose state a snapshot is; at most one is kept for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotKey {
    /// The organization that the stream belongs to, text form; empty for what belongs to a person.
    pub org_id: String,
    /// The aggregate's type.
    pub aggregate_type: String,
    /// The aggregate's id, text form.
    pub aggregate_id: String,
}

impl SnapshotKey {
    /// The key of a stream's snapshot.
    pub fn new(org_id: &str, stream: &StreamId) -> Self {
        Self {
            org_id: org_id.to_owned(),
            aggregate_type: stream.aggregate_type.to_owned(),
            aggregate_id: stream.aggregate_id.clone(),
        }
    }
}

/// A state as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSnapshot {
    /// Whose state it is.
    pub key: SnapshotKey,
    /// The sequence of the last event that it contains.
    pub sequence: u64,
    /// That event's own id: a log in which another event has that sequence has another history.
    pub event_id: Uuid,
    /// The [`STATE_HASH`] of the code that made it.
    pub state_hash: String,
    /// The state, sealed.
    pub state: Vec<u8>,
}

/// Organization, type and id, as a row has them.
impl From<(String, String, String)> for SnapshotKey {
    fn from((org_id, aggregate_type, aggregate_id): (String, String, String)) -> Self {
        Self { org_id, aggregate_type, aggregate_id }
    }
}
