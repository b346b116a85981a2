//! A projection in its group, whatever its rows are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Coming;
use super::parking::{Parking, Poison};
use crate::projection::Projection;
use crate::rows::{Store, Tables};

/// A projection with the rows of the page that is being folded.
pub(crate) trait Member: Send {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Says which rows the events will touch.
    fn announce(&mut self, events: &[Arc<Coming>]);
    /// Folds the events, but those that are parked.
    fn fold(&mut self, events: &[Arc<Coming>]) -> Result<(), Poison>;
    /// What of it is parked.
    fn parking(&mut self) -> &mut Parking;
    /// Its tables.
    fn stores(&mut self) -> Vec<&mut dyn Store>;
}

/// The member that a projection makes.
pub(crate) struct Folder<P: Projection> {
    rows: P::Rows,
    parking: Parking,
}

impl<P: Projection> Default for Folder<P> {
    fn default() -> Self {
        Self { rows: P::Rows::default(), parking: Parking::default() }
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
            let rows = AssertUnwindSafe(&mut self.rows);
            // Where this panics, so does the fold, or it misses what was not announced: the event is parked.
            let _ = catch_unwind(move || P::announce(event, { rows }.0));
        }
    }

    fn fold(&mut self, events: &[Arc<Coming>]) -> Result<(), Poison> {
        for read in read_by::<P>(events) {
            if !self.parking.keeps(read, P::EACH_APART)? {
                let folded = self.fold_one(read);
                folded.map_err(|error| Poison::new(read, P::EACH_APART, &error))?;
            }
        }
        Ok(())
    }

    fn parking(&mut self) -> &mut Parking {
        &mut self.parking
    }

    fn stores(&mut self) -> Vec<&mut dyn Store> {
        self.rows.stores()
    }
}
