//! What comes with a command, and what comes of it.

use chrono::{DateTime, Utc};
use docket_domain::{Acting, IdSource};
use serde_json::Value;
use uuid::Uuid;

/// A caller's key under which a request takes effect at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Where the key is unique: the organization's id, or before log-in a hash of the e-mail address.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// The hash of the mutation's name and input.
    pub input_hash: String,
}

/// One request to change something.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks, with what authority.
    pub by: Acting,
    /// When it came in.
    pub at: DateTime<Utc>,
    /// Its own id, from which the ids of what it makes are derived.
    pub id: Uuid,
    /// Shared by everything that follows from one request of a client.
    pub correlation_id: Uuid,
    /// The key under which it takes effect at most once; `None` where the caller gave none.
    pub idempotency: Option<IdempotencyKey>,
}

impl Request {
    /// Where the ids of what the request makes come from.
    pub fn ids(&self) -> IdSource {
        IdSource::new(self.id, self.at)
    }
}

/// What a request came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The position of its last event: what a read model must have reached to show it.
    pub position: u64,
    /// The ids that the caller is answered with.
    pub outcome: Value,
    /// Whether an earlier request under the same key had this effect already.
    pub repeated: bool,
}
