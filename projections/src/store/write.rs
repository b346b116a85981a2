//! Writing a page: rows and checkpoint, in one transaction, by whoever leads.

use super::db::Backend;
use super::{Db, Freed, LEASE, ParkedWrite, postgres, sqlite};
use crate::error::ViewsError;
use crate::rows::TableChanges;

/// What a page of events comes to.
#[derive(Debug)]
pub(crate) struct PageWrite<'a> {
    /// The group.
    pub(crate) group: &'static str,
    /// The count by which this node leads.
    pub(crate) fencing: i64,
    /// The position before the page.
    pub(crate) from: i64,
    /// The position after it.
    pub(crate) to: i64,
    /// The tables that change.
    pub(crate) tables: &'a [TableChanges],
    /// Projections that stop in this page.
    pub(crate) stops: &'a [Stop],
    /// Events that are parked.
    pub(crate) parked: &'a [ParkedWrite],
    /// Events that are parked no longer.
    pub(crate) freed: Option<&'a Freed>,
}

/// A projection stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    /// The projection.
    pub(crate) projection: &'static str,
    /// The position up to which its rows are good: the end of the commit before.
    pub(crate) stopped_at: i64,
    /// The event that stopped it.
    pub(crate) error_position: i64,
    /// Why.
    pub(crate) error: String,
}

impl Db {
    /// Writes a page, and keeps the lease for another while.
    ///
    /// # Errors
    /// `LeaseLost` when another node leads, or has moved on; nothing is written then.
    pub(crate) async fn write(&self, page: PageWrite<'_>) -> Result<(), ViewsError> {
        let texts =
            Texts { lease_end: self.lease_end(), park: self.park_sql(), skip: self.skip_sql() };
        match &self.backend {
            Backend::Sqlite { write, .. } => sqlite::write(write, page, &texts).await,
            Backend::Postgres { write, .. } => {
                let group = page.group;
                let writing = postgres::write(write, page, &texts);
                // Longer than this, another node leads by now, and the page cannot stand.
                let written = tokio::time::timeout(LEASE, writing).await;
                written.unwrap_or(Err(ViewsError::LeaseLost(group)))
            }
        }
    }
}

/// What of a page's statements depends on the database.
pub(super) struct Texts {
    /// When a lease ends that is kept now.
    pub(super) lease_end: String,
    /// See [`Db::park_sql`].
    pub(super) park: String,
    /// See [`Db::skip_sql`].
    pub(super) skip: String,
}

/// Records that a projection stops: name, position of its rows, position of the event, why.
pub(super) const STOP: &str = "UPDATE projection \
     SET stopped_at = $2, error_position = $3, error = $4 WHERE name = $1";
