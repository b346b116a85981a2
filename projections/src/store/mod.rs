//! The database of the read models: SQLite beside the log, or a schema in PostgreSQL.

mod checkpoint;
mod compare;
mod db;
mod ddl;
mod dump;
mod fetch;
mod lease;
#[cfg(test)]
mod lease_tests;
mod open;
mod parked;
mod postgres;
mod record;
mod shadow;
mod sqlite;
mod upsert;
mod views;
mod write;

pub use checkpoint::{Checkpoint, Turn, Unanswered};
pub(crate) use db::{Db, Question};
pub(crate) use lease::{LEASE, Lease};
pub(crate) use parked::{Freed, ParkedKey, ParkedWrite, Skipped, SkippedEvent};
pub(crate) use record::Record;
pub(crate) use shadow::NEXT;
pub use views::Views;
pub(crate) use write::{PageWrite, Stop};
