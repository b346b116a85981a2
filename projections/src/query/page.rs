//! A page of a list, and the request for it.

use crate::error::QueryError;

/// The most rows of one page.
const MAX_ROWS: u32 = 100;
/// The rows of a page that says nothing about its size.
const DEFAULT_ROWS: u32 = 50;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// That many from the beginning; 50 where neither this nor `last` is given; at most 100.
    pub first: Option<u32>,
    /// That many from the end; at most 100.
    pub last: Option<u32>,
    /// Only what comes after the row of this cursor.
    pub after: Option<String>,
    /// Only what comes before the row of this cursor.
    pub before: Option<String>,
    /// Whether the rows of the whole list are counted.
    pub total: bool,
}

impl PageRequest {
    /// The first `rows` of the list.
    pub fn first(rows: u32) -> Self {
        Self { first: Some(rows), ..Self::default() }
    }

    /// How many rows, and whether they are taken from the end.
    pub(super) fn size(&self) -> Result<(u32, bool), QueryError> {
        let (rows, from_end) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(QueryError::FirstAndLast),
            (None, Some(last)) => (last, true),
            (first, None) => (first.unwrap_or(DEFAULT_ROWS), false),
        };
        let fits = (1..=MAX_ROWS).contains(&rows);
        if fits { Ok((rows, from_end)) } else { Err(QueryError::PageSize { max: MAX_ROWS }) }
    }
}

/// A row in its list.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge<T> {
    /// Where the row is in the list; stays good while rows are inserted.
    pub cursor: String,
    /// The row.
    pub node: T,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub edges: Vec<Edge<T>>,
    /// Whether more rows follow.
    pub has_next: bool,
    /// Whether rows come before.
    pub has_previous: bool,
    /// How many rows the whole list has; `None` unless it was asked for.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// The rows alone.
    pub fn nodes(&self) -> impl Iterator<Item = &T> {
        self.edges.iter().map(|edge| &edge.node)
    }

    /// The same page of other things.
    pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> Page<U> {
        let edges = self.edges.into_iter();
        Page {
            edges: edges.map(|edge| Edge { cursor: edge.cursor, node: make(edge.node) }).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
            total: self.total,
        }
    }
}
