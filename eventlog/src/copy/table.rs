//! What the rows of a table consist of.

use serde_json::{Map, Value};

/// A row: its columns by name. Numbers are integers, everything else is text; null where the column is.
pub type Line = Map<String, Value>;

/// How a column is stored, and what it is in a [`Line`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, byte for byte.
    Text,
    /// JSON, kept as the text that it was written as, byte for byte.
    Json,
    /// An integer of 64 bits.
    Integer,
    /// A point in time: an integer, microseconds since 1970-01-01 UTC.
    Time,
    /// Sixteen bytes: text, 32 hexadecimal digits.
    Uuid,
    /// Bytes: text, two hexadecimal digits for each.
    Bytes,
}

/// A table whose rows are copied.
#[derive(Debug)]
pub struct Table {
    /// Its name, the same in both databases.
    pub name: &'static str,
    /// Its columns, those of the primary key first.
    pub columns: &'static [(&'static str, Kind)],
    /// How many columns the primary key has; rows are read in its order.
    pub key: usize,
}

impl Table {
    /// The columns of the primary key.
    pub(super) fn key(&self) -> &'static [(&'static str, Kind)] {
        self.columns.get(..self.key).unwrap_or(self.columns)
    }
}
