//! The event log: append, read, subscribe.
//!
//! One ordered log of facts, divided into streams. A [`Commit`] appends to several streams at once or not
//! at all; commits are appended in groups ([`EventLog`]); what is read never ends inside a commit.

mod batch;
mod codec;
mod commit;
mod error;
mod keys;
mod log;
mod postgres;
mod sqlite;
mod store;

pub use codec::{Codec, Encoded, Upcaster};
pub use commit::{Append, Claim, Commit, CommitResult, Idempotency, NewEvent, StreamId};
pub use error::LogError;
pub use keys::{KeyRing, KeyStore, MasterKey, MasterKeyError, StoredKey};
pub use log::EventLog;
pub use postgres::{PostgresKeys, PostgresStore};
pub use sqlite::{SqliteKeys, SqliteStore};
pub use store::{Capability, EventStore, Head, Page, StoredEvent};
