//! The event log in one SQLite file: WAL, one writing connection, a pool of readers.

mod append;
mod facts;
mod insert;
mod keys;
mod open;
mod read;
mod row;

pub use keys::SqliteKeys;
pub use open::SqliteStore;
pub(crate) use open::{options, unavailable};
