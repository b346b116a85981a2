//! What timers are found by.

use crate::table::Column;

/// When the first of its pending timers is due.
pub const NEXT_AT: Column = Column::time("next_at");
