//! In which order rows are listed.

use crate::table::{Column, ID};

/// An order of rows: by a column, then by id, so that no two rows are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column; null comes after everything else.
    pub column: Column,
    /// Whether the order is turned round; null comes first then.
    pub descending: bool,
}

impl Order {
    /// From the least to the greatest.
    pub const fn ascending(column: Column) -> Self {
        Self { column, descending: false }
    }

    /// From the greatest to the least.
    pub const fn descending(column: Column) -> Self {
        Self { column, descending: true }
    }

    /// From the first made to the last made: by id, since ids begin with the time.
    pub const fn oldest_first() -> Self {
        Self::ascending(ID)
    }

    /// From the last made to the first made.
    pub const fn newest_first() -> Self {
        Self::descending(ID)
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::newest_first()
    }
}
