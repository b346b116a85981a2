//! The event log: append, read, subscribe.
//!
//! One ordered log of facts, divided into streams. A [`Commit`] appends to several streams at once or not
//! at all; what is read never ends inside a commit.
//!
//! - [`EventLog`] is the log as the server holds it: commits are appended in groups, and whoever follows the
//!   log is woken.
//! - [`EventStore`] is the port; [`SqliteStore`] and [`PostgresStore`] implement it, and a part of it
//!   [`EventStoreDb`], held to it by one suite (`tests/contract`).
//! - [`SnapshotStore`] keeps states of long streams, so that they need not be replayed from their first event.
//! - [`verify_log`] says whether a log is whole.
//! - [`Snapshot`] reads a home's rows for a backup, and [`RestoredLog`] takes them in again.
//! - [`Codec`] makes events of text and text of events, personal values sealed under the keys of a [`KeyRing`].

mod batch;
mod codec;
mod commit;
mod copy;
mod error;
#[cfg(feature = "eventstoredb")]
mod eventstoredb;
mod failpoint;
mod keys;
mod log;
mod postgres;
mod snapshot;
mod sqlite;
mod store;
mod verify;

pub use codec::{Codec, Encoded, OpenedState, Upcaster, sealed_subjects};
pub use commit::{Append, Claim, Commit, CommitResult, Idempotency, NewEvent, StreamId};
pub use copy::{
    EVENTS, Home, KEYS, Kind, LOG, Line, Place, RestoreError, RestoredLog, Rows, Snapshot, Table,
    filled, stored_event, withdraw,
};
pub use error::LogError;
#[cfg(feature = "eventstoredb")]
pub use eventstoredb::EventStoreDb;
pub use failpoint::failpoint;
pub use keys::{KeyRing, KeyStore, MasterKey, MasterKeyError, StoredKey};
pub use log::EventLog;
pub use postgres::{
    PostgresHome, PostgresKeys, PostgresSnapshots, PostgresStore, attended, guarded, pool_of,
    timely,
};
pub use snapshot::{STATE_HASH, SnapshotKey, SnapshotStore, StateSnapshot};
pub use sqlite::{SqliteKeys, SqliteSnapshots, SqliteStore, lasting, settled};
pub use store::{Capability, EventStore, Head, Page, StoredEvent, StreamEnd};
pub use verify::{LogFault, LogLook, VerifiedLog, verify_log};
