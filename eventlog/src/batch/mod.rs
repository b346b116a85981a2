//! What a batch of commits comes to, worked out once for every adapter.
//!
//! An adapter holds the log's head, gathers the [`Facts`] that the batch depends on, lets [`choose`] say which
//! commits stand, and writes those. `choose` is pure: given the same facts, it answers alike on every store.

mod choose;
mod facts;
mod fault;
mod rows;

pub(crate) use choose::{Choice, choose};
pub(crate) use facts::{At, Facts, First, Name};
#[cfg(feature = "eventstoredb")]
pub(crate) use fault::fault;
pub(crate) use rows::Row;
