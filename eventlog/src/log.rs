//! The log as the rest of the server holds it: group commit over a store, and a wake-up for readers.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{Commit, CommitResult, EventStore, LogError};

/// A store with its appender.
#[derive(Clone)]
pub struct EventLog {
    store: Arc<dyn EventStore>,
    head: watch::Sender<u64>,
}

impl EventLog {
    /// The store itself, for reads.
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// Hands a commit to the appender and waits until it is on disk, or refused.
    pub async fn commit(&self, commit: Commit) -> Result<CommitResult, LogError> {
        let mut results = self.store.append(std::slice::from_ref(&commit)).await;
        results.pop().unwrap_or(Err(LogError::OutcomeUnknown))
    }

    /// The last position known on this node; wakes whoever waits for it.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }
}
