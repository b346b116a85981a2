//! The port that every store of snapshots implements.

use async_trait::async_trait;

use super::{SnapshotKey, StateSnapshot};
use crate::LogError;

/// A store of snapshots. Nothing in it needs to outlive a crash.
#[async_trait]
pub trait SnapshotStore: Send + Sync + 'static {
    /// The snapshot of this key.
    async fn find(&self, key: &SnapshotKey) -> Result<Option<StateSnapshot>, LogError>;

    /// Stores a snapshot in place of whatever its key had: an earlier one, or one that is of no use.
    async fn put(&self, snapshot: &StateSnapshot) -> Result<(), LogError>;

    /// Takes the snapshot of this key away.
    async fn remove(&self, key: &SnapshotKey) -> Result<(), LogError>;

    /// The keys after `after`, in order, at most `limit`; from the first where `after` is `None`.
    async fn keys(
        &self,
        after: Option<&SnapshotKey>,
        limit: usize,
    ) -> Result<Vec<SnapshotKey>, LogError>;
}
