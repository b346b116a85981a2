//! A projection in its group, whatever its rows are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Coming;
use crate::projection::Projection;
use crate::rows::{Store, Tables};

/// A projection with the rows of the page that is being folded.
pub(crate) trait Member: Send {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Says which rows the events will touch.
    fn announce(&mut self, events: &[Arc<Coming>]);
    /// Folds the events.
    fn fold(&mut self, events: &[Arc<Coming>]) -> Result<(), Poison>;
    /// Its tables.
    fn stores(&mut self) -> Vec<&mut dyn Store>;
}

/// An event that cannot be decoded or folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Poison {
    /// Its position.
    pub(crate) position: u64,
    /// The position of its commit's last event.
    pub(crate) commit_end: u64,
    /// What is wrong with it.
    pub(crate) error: String,
}

/// The member that a projection makes.
pub(crate) struct Folder<P: Projection> {
    rows: P::Rows,
}

impl<P: Projection> Default for Folder<P> {
    fn default() -> Self {
        Self { rows: P::Rows::default() }
    }
}

impl<P: Projection> Folder<P> {
    fn fold_one(&mut self, read: &Coming) -> Result<(), String> {
        let event = read.event.as_ref().map_err(Clone::clone)?;
        let rows = AssertUnwindSafe(&mut self.rows);
        // What a fold that panics leaves behind is taken back before anything is written.
        let folded = catch_unwind(move || P::fold(event, { rows }.0));
        folded.map_err(|_| "the fold panicked".to_owned())?.map_err(|error| error.to_string())
    }
}

fn read_by<P: Projection>(events: &[Arc<Coming>]) -> impl Iterator<Item = &Coming> {
    let events = events.iter().map(AsRef::as_ref);
    events.filter(|read: &&Coming| P::READS.contains(&read.aggregate_type.as_str()))
}

impl<P: Projection> Member for Folder<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn announce(&mut self, events: &[Arc<Coming>]) {
        for event in read_by::<P>(events).filter_map(|read| read.event.as_ref().ok()) {
            P::announce(event, &mut self.rows);
        }
    }

    fn fold(&mut self, events: &[Arc<Coming>]) -> Result<(), Poison> {
        for read in read_by::<P>(events) {
            self.fold_one(read).map_err(|error| Poison {
                position: read.position,
                commit_end: read.commit_end,
                error,
            })?;
        }
        Ok(())
    }

    fn stores(&mut self) -> Vec<&mut dyn Store> {
        self.rows.stores()
    }
}
