//! What a projection is.

use crate::event::Event;
use crate::rows::{FoldError, Tables};

/// A read model built from the log.
///
/// A fold is pure: the rows are a function of the events, so that a rebuild makes the same rows again.
pub(crate) trait Projection: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// Counts up whenever the fold or the rows change: rows of another version are built again.
    const VERSION: u32;
    /// The types of the aggregates whose events it folds.
    const READS: &'static [&'static str];
    /// Whether no event depends on an earlier one. Else each depends on the earlier ones of its aggregate, and on
    /// none of another, so that those of one aggregate can wait while the others go on.
    const EACH_APART: bool = false;
    /// Its tables.
    type Rows: Tables;

    /// Says which rows the fold of an event will touch.
    fn announce(event: &Event, rows: &mut Self::Rows);

    /// Folds an event into the rows.
    ///
    /// # Errors
    /// When the event does not fit the rows: it is parked.
    fn fold(event: &Event, rows: &mut Self::Rows) -> Result<(), FoldError>;
}
