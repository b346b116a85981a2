//! A commit: the events that one command appends, atomically, possibly to several streams.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The stream of one aggregate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// The aggregate's type, such as `run`.
    pub aggregate_type: &'static str,
    /// The text form of the aggregate's id.
    pub aggregate_id: String,
}

/// An event to append, encoded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its own id.
    pub event_id: Uuid,
    /// Its type, such as `TaskCompleted`.
    pub event_type: String,
    /// The version of the type's shape.
    pub event_version: String,
    /// The payload's canonical text (RFC 8785).
    pub payload: String,
    /// The metadata's canonical text: a flat object of strings.
    pub metadata: String,
}

/// Events for one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The organization that the stream belongs to, text form; empty for what belongs to a person. One commit
    /// may append to both: a registration makes a person and an organization.
    pub org_id: String,
    /// The stream.
    pub stream: StreamId,
    /// The sequence of the stream's last event; 0 for a stream that must be new.
    pub expected: u64,
    /// The events, in order; at least one.
    pub events: Vec<NewEvent>,
}

/// A unique name, held in the log's own transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The organization in which it is unique, text form; empty for one that is unique over all.
    pub org_id: String,
    /// What is named, such as `email` or `workflow_code`.
    pub kind: &'static str,
    /// The name itself where it is not personal, else its hash.
    pub name: String,
    /// The text form of the id that holds it.
    pub holder: String,
}

/// A key under which a commit is made at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Where the key is unique: an organization's text form, or a hash of an e-mail address.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// The hash of the caller's input.
    pub input_hash: String,
    /// What a repeat is answered with, beside the position: JSON text.
    pub outcome: String,
}

/// What one command appends, atomically.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its own id, by which it is found again after a lost connection.
    pub commit_id: Uuid,
    /// What it appends, each stream once.
    pub appends: Vec<Append>,
    /// Streams that it only read, of the organization that it appends to first, with the sequence that must still
    /// be their last.
    pub expects: Vec<(StreamId, u64)>,
    /// Names that it takes.
    pub claims: Vec<Claim>,
    /// Names that it gives back.
    pub releases: Vec<Claim>,
    /// The key under which it is made at most once.
    pub idempotency: Option<Idempotency>,
}

/// How a commit ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitResult {
    /// It was appended.
    Appended {
        /// The position of its first event.
        first: u64,
        /// The position of its last event.
        last: u64,
        /// When it was recorded.
        recorded_at: DateTime<Utc>,
    },
    /// It had been appended before under the same key, with the same input.
    Repeated {
        /// The position of the first one's last event.
        position: u64,
        /// The first one's outcome.
        outcome: String,
    },
}
