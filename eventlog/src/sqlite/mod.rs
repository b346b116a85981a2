//! The event log in one SQLite file: WAL, one writing connection, a pool of readers.

mod append;
mod facts;
mod insert;
mod keys;
mod open;
mod read;
mod row;
mod settled;
mod snapshots;

pub use keys::SqliteKeys;
pub use open::SqliteStore;
pub(crate) use open::{options, unavailable};
pub use settled::{lasting, settled};
pub use snapshots::SqliteSnapshots;
