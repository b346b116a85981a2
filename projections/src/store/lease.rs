//! Who leads a group of projections: a lease with a fencing number, by the database's own clock.

use std::time::Duration;

use docket_eventlog::timely;

use super::Db;
use super::db::Backend;
use crate::error::ViewsError;

/// How long a leader that is not heard of keeps the lease: long enough to renew it several times, short enough
/// for another node to lead within five seconds of its silence.
pub(crate) const LEASE: Duration = Duration::from_secs(4);

/// The right to write a group's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    /// The count of leaders, this one included.
    pub(crate) fencing: i64,
    /// The position that the group's rows have reached.
    pub(crate) position: i64,
}

impl Db {
    /// Takes the lease on `group`, where nobody else holds it.
    pub(crate) async fn lead(&self, group: &str) -> Result<Option<Lease>, ViewsError> {
        let sql = format!(
            "UPDATE projection_group \
             SET holder = $2, fencing = fencing + 1, expires_at = {end} \
             WHERE name = $1 AND (expires_at < {now} OR holder = $2{gone}) \
             RETURNING fencing, position",
            now = self.now(),
            end = self.lease_end(),
            gone = self.gone(),
        );
        let holder = self.node();
        let taken: Option<(i64, i64)> = match &self.backend {
            Backend::Sqlite { write, .. } => {
                sqlx::query_as(&sql).bind(group).bind(holder).fetch_optional(write).await?
            }
            Backend::Postgres { write, .. } => {
                let taking = sqlx::query_as(&sql).bind(group).bind(holder);
                timely(taking.fetch_optional(write)).await?
            }
        };
        Ok(taken.map(|(fencing, position)| Lease { fencing, position }))
    }

    /// Takes the lease on `group` from whoever has it: what that one is writing is refused. Another may take it once
    /// it is given back, or has ended.
    pub(crate) async fn seize(&self, group: &str) -> Result<Lease, ViewsError> {
        let sql = format!(
            "UPDATE projection_group SET holder = $2, fencing = fencing + 1, expires_at = {} \
             WHERE name = $1 RETURNING fencing, position",
            self.lease_end(),
        );
        let (fencing, position) = match &self.backend {
            Backend::Sqlite { write, .. } => {
                // Everybody on this database is called the same, and would take back what is his.
                let holder = format!("{} by hand", self.node());
                sqlx::query_as(&sql).bind(group).bind(holder).fetch_one(write).await?
            }
            Backend::Postgres { write, .. } => {
                let seizing = sqlx::query_as(&sql).bind(group).bind(self.node());
                timely(seizing.fetch_one(write)).await?
            }
        };
        Ok(Lease { fencing, position })
    }

    /// Keeps the lease for another while.
    ///
    /// # Errors
    /// `LeaseLost` when another node leads.
    pub(crate) async fn renew(&self, group: &'static str, fencing: i64) -> Result<(), ViewsError> {
        self.expire(group, fencing, &self.lease_end()).await
    }

    /// Gives the lease back.
    ///
    /// # Errors
    /// As [`Self::renew`].
    pub(crate) async fn resign(&self, group: &'static str, fencing: i64) -> Result<(), ViewsError> {
        self.expire(group, fencing, "0").await
    }

    /// When a lease ends that is taken or kept now.
    pub(super) fn lease_end(&self) -> String {
        format!("{} + {}", self.now(), LEASE.as_micros())
    }

    async fn expire(&self, group: &'static str, fencing: i64, at: &str) -> Result<(), ViewsError> {
        let sql = format!(
            "UPDATE projection_group SET expires_at = {at} WHERE name = $1 AND fencing = $2"
        );
        let kept = match &self.backend {
            Backend::Sqlite { write, .. } => {
                sqlx::query(&sql).bind(group).bind(fencing).execute(write).await?.rows_affected()
            }
            Backend::Postgres { write, .. } => {
                let keeping = sqlx::query(&sql).bind(group).bind(fencing);
                timely(keeping.execute(write)).await?.rows_affected()
            }
        };
        if kept == 0 { Err(ViewsError::LeaseLost(group)) } else { Ok(()) }
    }

    /// Whether the holder has died: its connections are gone. Only where the database can tell, which it
    /// cannot through a pooler that hides who is connected; then this node does not see itself either.
    const fn gone(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite { .. } => "",
            Backend::Postgres { .. } => {
                " OR (NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = holder) \
                 AND EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $2))"
            }
        }
    }

    /// Now, in microseconds since 1970.
    pub(super) const fn now(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite { .. } => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
            Backend::Postgres { .. } => {
                "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
            }
        }
    }
}
