//! The rows that events touched, in memory until they are written: what folds read and write.

mod changes;
mod page;
mod recent;
mod tables;

pub(crate) use changes::{Ids, TableChanges, Values};
pub(crate) use page::{FoldError, Rows};
pub(crate) use recent::{Recent, RecentRows};
pub(crate) use tables::{Loaded, Missing, Store, Tables, tables};
