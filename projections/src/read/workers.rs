//! What workers ask, over all organizations.

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate as _;
use docket_domain::approval::Approval;
use docket_domain::run::Run;
use docket_domain::task::Task;
use sea_query::{Alias, Expr, Order as Direction, Query};

use super::ReadModels;
use super::models::read;
use crate::error::ViewsError;
use crate::table::Row as _;
use crate::timer::{DueTimer, TimerRow};

impl ReadModels {
    /// The timers that are due at `now`, those of at most `limit` aggregates, the longest due first. What of the timers
    /// is parked is left out: the row stands still, and what it says may have happened.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn due_timers(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<DueTimer>, ViewsError> {
        let statement = Query::select()
            .columns([Alias::new("org_id"), Alias::new("doc")])
            .from(Alias::new(TimerRow::TABLE.name))
            .and_where(Expr::col(Alias::new("next_at")).lte(now.timestamp_micros()))
            .and_where(Expr::cust(moves()))
            .order_by(Alias::new("next_at"), Direction::Asc)
            .limit(u64::from(limit))
            .to_owned();
        let question = self.views.db.question(statement);
        let rows = self.ask::<TimerRow, (String, String)>(question).await?;
        let due =
            rows.iter().map(|(org, doc)| due_of(org, doc, now)).collect::<Result<Vec<_>, _>>();
        Ok(due?.into_iter().flatten().collect())
    }

    /// When the next timer of any aggregate is due; `None` where none is pending. What is parked is left out.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn next_timer_at(&self) -> Result<Option<DateTime<Utc>>, ViewsError> {
        let next_at = Alias::new("next_at");
        let statement = Query::select()
            .column(next_at.clone())
            .from(Alias::new(TimerRow::TABLE.name))
            .and_where(Expr::cust(moves()))
            .order_by(next_at, Direction::Asc)
            .limit(1)
            .to_owned();
        let question = self.views.db.question(statement);
        let next = self.ask::<TimerRow, (i64,)>(question).await?;
        Ok(next.first().and_then(|(micros,)| DateTime::from_timestamp_micros(*micros)))
    }

    /// What time it is by the database's own clock; `None` where the database is part of this process.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn database_now(&self) -> Result<Option<DateTime<Utc>>, ViewsError> {
        if self.views.db.is_embedded() {
            return Ok(None);
        }
        let micros = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";
        let statement = Query::select().expr(Expr::cust(micros)).to_owned();
        let question = self.views.db.question(statement);
        let now = self.views.db.ask::<(i64,)>(question).await?;
        Ok(now.first().and_then(|(micros,)| DateTime::from_timestamp_micros(*micros)))
    }
}

/// The condition on timers that their aggregate is not parked. The list is read once for a statement.
fn moves() -> String {
    let parked = format!(
        "SELECT key FROM parked_event WHERE projection = '{}' AND rebuild = 0",
        TimerRow::PROJECTION
    );
    let aggregates = [Task::TYPE, Approval::TYPE, Run::TYPE];
    aggregates.map(|aggregate| format!("'{aggregate}/' || id NOT IN ({parked})")).join(" AND ")
}

fn due_of(org: &str, doc: &str, now: DateTime<Utc>) -> Result<Vec<DueTimer>, ViewsError> {
    let row = read::<TimerRow>(doc)?;
    let organization = org.parse().map_err(|error| ViewsError::Corrupt {
        table: TimerRow::TABLE.name,
        reason: format!("its organization: {error}"),
    })?;
    let due = row.pending.iter().filter(|timer| timer.at <= now);
    Ok(due.map(|timer| DueTimer { organization, subject: row.id, timer: *timer }).collect())
}
