//! A way to the log on which answers get lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use docket_eventlog::{
    Capability, Commit, CommitResult, EventStore, Head, LogError, Page, StoredEvent, StreamEnd,
    StreamId,
};
use uuid::Uuid;

/// The store, and what fails on the way to it.
pub struct Way {
    store: Arc<dyn EventStore>,
    faults: Arc<Faults>,
}

/// What fails: nothing at first.
#[derive(Default)]
pub struct Faults {
    /// Commits are made, and nobody hears of it.
    pub answers_are_lost: AtomicBool,
    /// Nobody can ask what a key was used for.
    pub keys_are_away: AtomicBool,
}

impl Way {
    pub fn to(store: Arc<dyn EventStore>, faults: &Arc<Faults>) -> Arc<dyn EventStore> {
        Arc::new(Self { store, faults: Arc::clone(faults) })
    }
}

#[async_trait]
impl EventStore for Way {
    fn has(&self, capability: Capability) -> bool {
        self.store.has(capability)
    }

    async fn append(&self, batch: &[Commit]) -> Vec<Result<CommitResult, LogError>> {
        let made = self.store.append(batch).await;
        if self.faults.answers_are_lost.load(Ordering::SeqCst) {
            return made.iter().map(|_| Err(LogError::OutcomeUnknown)).collect();
        }
        made
    }

    async fn read_stream(
        &self,
        org_id: &str,
        stream: &StreamId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        self.store.read_stream(org_id, stream, after, limit).await
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Page, LogError> {
        self.store.read_all(after, limit).await
    }

    async fn read_organization(
        &self,
        org_id: &str,
        after: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        self.store.read_organization(org_id, after, limit).await
    }

    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<StoredEvent>, LogError> {
        self.store.read_positions(positions).await
    }

    async fn changed(&self, after: u64, to: u64) -> Result<Vec<StreamEnd>, LogError> {
        self.store.changed(after, to).await
    }

    async fn read_event(&self, event_id: Uuid) -> Result<Option<StoredEvent>, LogError> {
        self.store.read_event(event_id).await
    }

    async fn head(&self) -> Result<Head, LogError> {
        self.store.head().await
    }

    async fn holder(&self, org: &str, kind: &str, name: &str) -> Result<Option<String>, LogError> {
        self.store.holder(org, kind, name).await
    }

    async fn repeated(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<(String, CommitResult)>, LogError> {
        if self.faults.keys_are_away.load(Ordering::SeqCst) {
            return Err(LogError::Unavailable("the way is cut".to_owned()));
        }
        self.store.repeated(scope, key).await
    }
}
