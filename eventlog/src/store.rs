//! The port that every event store implements.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Commit, CommitResult, LogError, StreamId};

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the log.
    pub position: u64,
    /// The place of its commit's last event.
    pub commit_end: u64,
    /// Its own id.
    pub event_id: Uuid,
    /// Its commit's id.
    pub commit_id: Uuid,
    /// Its organization, text form; empty for what belongs to a person.
    pub org_id: String,
    /// Its aggregate's type.
    pub aggregate_type: String,
    /// Its aggregate's id, text form.
    pub aggregate_id: String,
    /// Its place in its stream, from 1.
    pub sequence: u64,
    /// Its type.
    pub event_type: String,
    /// The version of its type's shape.
    pub event_version: String,
    /// The payload's canonical text.
    pub payload: String,
    /// The metadata's canonical text.
    pub metadata: String,
    /// When it was recorded, in whole microseconds.
    pub recorded_at: DateTime<Utc>,
}

/// How far a stream has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEnd {
    /// Its aggregate's type.
    pub aggregate_type: String,
    /// Its aggregate's id, text form.
    pub aggregate_id: String,
    /// The sequence of its last event.
    pub sequence: u64,
}

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The position of the last event; 0 for an empty log.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Events in the order of their positions, ending where a commit ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The events.
    pub events: Vec<StoredEvent>,
}

/// What a store can do beyond the least; contract cases name the one that they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Positions run from 1 without gaps.
    DensePositions,
    /// A commit over several streams is atomic.
    AtomicCommits,
    /// Claims are held in the commit's own transaction, and given back by it. Without this a name is taken before
    /// the commit, by one that begins a stream, and after a crash it may be a while until it is free again.
    TransactionalClaims,
    /// An event's id is there once in the whole log, and the event is found by it.
    EventsById,
    /// Events are recorded by this process's clock.
    OwnClock,
    /// Events are rows of tables of its own, which let themselves not be changed.
    OwnTables,
}

/// A store of events.
#[async_trait]
pub trait EventStore: Send + Sync + 'static {
    /// Whether the store has `capability`.
    fn has(&self, capability: Capability) -> bool;

    /// Makes a batch of commits in one transaction, in order, and answers each: one commit's conflict never
    /// fails its neighbours. Later commits of the batch see the earlier ones.
    ///
    /// Without [`Capability::AtomicCommits`] each commit is made for itself, and in order only where they have a
    /// stream, a name or a key in common; one over several streams is refused as `Invalid`, and streams that were
    /// only read may go on in the moment before it is made.
    async fn append(&self, batch: &[Commit]) -> Vec<Result<CommitResult, LogError>>;

    /// The events of a stream of `org_id` after `after_sequence`, in order, at most `limit`.
    async fn read_stream(
        &self,
        org_id: &str,
        stream: &StreamId,
        after_sequence: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError>;

    /// The events after position `after`: about `limit`, and more where a commit is longer, for a page always
    /// ends where a commit ends.
    async fn read_all(&self, after: u64, limit: usize) -> Result<Page, LogError>;

    /// The events of one organization after position `after`, in order, at most about `limit`, ending where a
    /// commit ends.
    async fn read_organization(
        &self,
        org_id: &str,
        after: u64,
        limit: usize,
    ) -> Result<Page, LogError>;

    /// The events at these positions, in the order of the log; a position without an event is left out.
    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<StoredEvent>, LogError>;

    /// The streams that commands are decided by without appending to them (of an organization and of a
    /// workflow), as far as they have events after position `after` and up to `to`: each with the last of these.
    async fn changed(&self, after: u64, to: u64) -> Result<Vec<StreamEnd>, LogError>;

    /// The event of this id.
    async fn read_event(&self, event_id: Uuid) -> Result<Option<StoredEvent>, LogError>;

    /// The end of the log.
    async fn head(&self) -> Result<Head, LogError>;

    /// Who holds a name: the claim's holder; `None` where nobody does.
    async fn holder(
        &self,
        org_id: &str,
        kind: &str,
        name: &str,
    ) -> Result<Option<String>, LogError>;

    /// The first result under an idempotency key: (input hash, result).
    async fn repeated(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<(String, CommitResult)>, LogError>;

    /// Tries whether a commit could be made now, by a write that changes nothing: asked for where the last one could
    /// not be made.
    async fn writable(&self) -> Result<(), LogError> {
        self.head().await.map(drop)
    }

    /// Waits for a sign that somebody, on any node, has appended, and answers the position that the log
    /// has reached. A hint only: it may come late or never, so that whoever follows the log also asks for
    /// its [`head`](Self::head). A store without such signs waits for ever.
    async fn hint(&self) -> u64 {
        std::future::pending().await
    }
}
