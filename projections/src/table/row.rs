//! A row of a read model as the code holds it.

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use docket_domain::OrganizationId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Table;

/// What tells rows of one table and organization apart.
pub trait RowId:
    Copy + Eq + Ord + Hash + Debug + Display + FromStr + Send + Sync + 'static
{
}

impl<T> RowId for T where
    T: Copy + Eq + Ord + Hash + Debug + Display + FromStr + Send + Sync + 'static
{
}

/// A row: stored as its columns and, whole, as JSON text.
pub trait Row:
    Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
    /// Its id's type.
    type Id: RowId;
    /// Where it lies.
    const TABLE: Table;
    /// The projection that keeps it.
    const PROJECTION: &'static str;

    /// Its id.
    fn id(&self) -> Self::Id;

    /// The values of the table's columns, in the table's order.
    fn cells(&self) -> Vec<Cell>;

    /// The keys under which it is found through the table of parties; empty for a table without one.
    fn parties(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }
}

/// Names one row of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<I> {
    /// The organization; `None` for what belongs to a person.
    pub org: Option<OrganizationId>,
    /// The id.
    pub id: I,
}

impl<I: RowId> Key<I> {
    /// The row `id` of `org`.
    pub const fn new(org: Option<OrganizationId>, id: I) -> Self {
        Self { org, id }
    }

    /// The organization as it is stored: its id's text, empty for none.
    pub fn org_text(&self) -> String {
        org_text(self.org)
    }
}

/// An organization as it is stored: its id's text, empty for none.
pub(crate) fn org_text(org: Option<OrganizationId>) -> String {
    org.map(|org| org.to_string()).unwrap_or_default()
}

/// The value of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text; `None` is null.
    Text(Option<String>),
    /// A whole number, or microseconds since 1970; `None` is null.
    Int(Option<i64>),
}

impl Cell {
    /// The text form of a value.
    pub fn text(value: impl Display) -> Self {
        Self::Text(Some(value.to_string()))
    }

    /// The text form of a value that may be absent.
    pub fn text_or_null(value: Option<impl Display>) -> Self {
        Self::Text(value.map(|value| value.to_string()))
    }

    /// Words, in lower case.
    pub fn words(value: &str) -> Self {
        Self::Text(Some(value.to_lowercase()))
    }

    /// Words that may be absent, in lower case.
    pub fn words_or_null(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_lowercase))
    }

    /// A whole number.
    pub fn int(value: impl Into<i64>) -> Self {
        Self::Int(Some(value.into()))
    }

    /// A point in time.
    pub fn time(value: DateTime<Utc>) -> Self {
        Self::Int(Some(value.timestamp_micros()))
    }

    /// A point in time that may be absent.
    pub fn time_or_null(value: Option<DateTime<Utc>>) -> Self {
        Self::Int(value.map(|value| value.timestamp_micros()))
    }
}
