//! The rows of a home as lines of text, out of one store and into another.
//!
//! A [`Table`] says what its columns are; the statements that read and write it in either database follow from
//! that. A [`Line`] is the same for both, so that what is read from one store can be written into the other.
//! A [`Snapshot`] reads a home as it is at one moment, beside whoever writes; [`Rows`] writes one that nobody
//! else uses, and [`RestoredLog`] the log, which nobody may use until it is whole.

mod before;
mod connection;
mod error;
mod event;
mod home;
mod log;
mod mark;
mod rows;
mod snapshot;
mod sql;
mod table;

pub use before::{filled, withdraw};
pub use error::RestoreError;
pub use event::stored_event;
pub use home::{EVENTS, Home, KEYS, LOG, Place};
pub use log::RestoredLog;
pub(crate) use mark::{HALF_RESTORED, is_unfinished_postgres, is_unfinished_sqlite};
pub use rows::Rows;
pub use snapshot::Snapshot;
pub use table::{Kind, Line, Table};
