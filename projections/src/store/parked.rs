//! What is kept about events that cannot be applied.

use sqlx::{FromRow, Postgres, Sqlite, Transaction};

use super::Db;
use super::db::Question;
use crate::error::ViewsError;
use crate::runner::Parked;

/// Events that are parked by one page, or by a retry.
#[derive(Debug)]
pub(crate) struct ParkedWrite {
    /// The projection.
    pub(crate) projection: &'static str,
    /// The event.
    pub(crate) event: Parked,
}

/// Events that are parked no longer.
#[derive(Debug)]
pub(crate) struct Freed {
    /// The projection.
    pub(crate) projection: &'static str,
    /// Their positions.
    pub(crate) positions: Vec<i64>,
    /// The one that is given up; the others have been applied.
    pub(crate) skipped: Option<Skipped>,
}

/// An event that somebody gives up.
#[derive(Debug, Clone)]
pub(crate) struct Skipped {
    /// Its position.
    pub(crate) position: i64,
    /// Who does.
    pub(crate) by: String,
    /// Why.
    pub(crate) reason: String,
}

/// A key with an event that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct ParkedKey {
    pub(crate) projection: String,
    pub(crate) key: String,
    /// The position of the event that cannot be applied.
    pub(crate) position: i64,
    pub(crate) event_type: String,
    /// Why not.
    pub(crate) error: String,
    /// Since when, in microseconds since 1970.
    pub(crate) parked_at: i64,
    /// How many events are parked, this one included.
    pub(crate) events: i64,
}

/// An event that somebody has given up.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct SkippedEvent {
    pub(crate) projection: String,
    pub(crate) key: String,
    pub(crate) position: i64,
    pub(crate) event_type: String,
    /// Why it could not be applied.
    pub(crate) error: String,
    /// When, in microseconds since 1970.
    pub(crate) skipped_at: i64,
    pub(crate) skipped_by: String,
    pub(crate) reason: String,
}

impl Db {
    /// Every key of these projections with an event that cannot be applied: the first of its events.
    pub(crate) async fn parked_keys(
        &self,
        projections: &[&'static str],
    ) -> Result<Vec<ParkedKey>, ViewsError> {
        let names = projections.join("', '");
        let sql = format!(
            "SELECT p.projection, p.key, p.position, p.event_type, \
             coalesce(p.error, '') AS error, p.parked_at, k.events FROM parked_event p JOIN \
             (SELECT projection, min(position) AS position, count(*) AS events FROM parked_event \
             WHERE projection IN ('{names}') AND rebuild = 0 GROUP BY projection, key) k \
             ON k.projection = p.projection AND k.position = p.position \
             WHERE p.rebuild = 0 ORDER BY p.projection, p.position"
        );
        self.look(Question::plain(sql)).await
    }

    /// Positions of a projection's parked events, each with its key, in order.
    pub(crate) async fn parked_events(
        &self,
        projection: &'static str,
    ) -> Result<Vec<(i64, String)>, ViewsError> {
        let sql = format!(
            "SELECT position, key FROM parked_event \
             WHERE projection = '{projection}' AND rebuild = 0 ORDER BY position"
        );
        self.look(Question::plain(sql)).await
    }

    /// Every event that somebody has given up.
    pub(crate) async fn skipped_events(&self) -> Result<Vec<SkippedEvent>, ViewsError> {
        let sql = "SELECT projection, key, position, event_type, error, skipped_at, skipped_by, \
             reason FROM skipped_event ORDER BY projection, position";
        self.look(Question::plain(sql.to_owned())).await
    }

    /// Statements that forget what a rebuild has parked.
    pub(super) fn forget_parked(projection: &str) -> String {
        format!("DELETE FROM parked_event WHERE projection = '{projection}' AND rebuild = 1")
    }

    /// Statements that put what a rebuild has parked in the place of what was parked.
    pub(super) fn swap_parked(projection: &str) -> [String; 2] {
        [
            format!("DELETE FROM parked_event WHERE projection = '{projection}' AND rebuild = 0"),
            format!("UPDATE parked_event SET rebuild = 0 WHERE projection = '{projection}'"),
        ]
    }

    /// A statement that forgets who gave up what a rebuild has applied after all: it is neither among those that it has
    /// left out nor parked behind another.
    pub(super) fn forget_skipped(projection: &str, left_out: &[u64]) -> String {
        let left_out: Vec<_> = left_out.iter().map(u64::to_string).collect();
        let known = if left_out.is_empty() { "0".to_owned() } else { left_out.join(", ") };
        format!(
            "DELETE FROM skipped_event WHERE projection = '{projection}' \
             AND position NOT IN ({known}) AND position NOT IN \
             (SELECT position FROM parked_event WHERE projection = '{projection}')"
        )
    }

    /// What parks an event: projection, whether by a rebuild, position, key, type, why.
    pub(super) fn park_sql(&self) -> String {
        format!(
            "INSERT INTO parked_event \
             (projection, rebuild, position, key, event_type, error, parked_at) \
             VALUES ($1, $2, $3, $4, $5, $6, {}) \
             ON CONFLICT (projection, rebuild, position) DO UPDATE SET error = excluded.error",
            self.now()
        )
    }

    /// What records that a parked event is given up: projection, position, who, why.
    pub(super) fn skip_sql(&self) -> String {
        format!(
            "INSERT INTO skipped_event (projection, position, key, event_type, error, skipped_at, \
             skipped_by, reason) SELECT projection, position, key, event_type, \
             coalesce(error, ''), {}, $3, $4 FROM parked_event \
             WHERE projection = $1 AND position = $2 AND rebuild = 0 \
             ON CONFLICT (projection, position) DO UPDATE SET error = excluded.error, \
             skipped_at = excluded.skipped_at, skipped_by = excluded.skipped_by, \
             reason = excluded.reason",
            self.now()
        )
    }
}

/// Events that are taken out by one statement, at most.
const AT_ONCE: usize = 1_000;

/// Statements that take events out of what is parked.
fn free(freed: &Freed) -> impl Iterator<Item = String> {
    freed.positions.chunks(AT_ONCE).map(|positions| {
        let positions: Vec<_> = positions.iter().map(i64::to_string).collect();
        format!(
            "DELETE FROM parked_event WHERE projection = '{}' AND rebuild = 0 AND position IN ({})",
            freed.projection,
            positions.join(", ")
        )
    })
}

macro_rules! writes {
    ($park:ident, $free:ident, $database:ty) => {
        /// Parks events, of a rebuild or of the rows in use.
        pub(super) async fn $park(
            transaction: &mut Transaction<'_, $database>,
            sql: &str,
            parked: &[ParkedWrite],
            rebuild: bool,
        ) -> Result<(), ViewsError> {
            for ParkedWrite { projection, event } in parked {
                sqlx::query(sql)
                    .bind(*projection)
                    .bind(i64::from(rebuild))
                    .bind(event.position.cast_signed())
                    .bind(&event.key)
                    .bind(&event.event_type)
                    .bind(&event.error)
                    .execute(&mut **transaction)
                    .await?;
            }
            Ok(())
        }

        /// Takes events out of what is parked.
        pub(super) async fn $free(
            transaction: &mut Transaction<'_, $database>,
            skip_sql: &str,
            freed: &Freed,
        ) -> Result<(), ViewsError> {
            if let Some(skipped) = &freed.skipped {
                sqlx::query(skip_sql)
                    .bind(freed.projection)
                    .bind(skipped.position)
                    .bind(&skipped.by)
                    .bind(&skipped.reason)
                    .execute(&mut **transaction)
                    .await?;
            }
            for sql in free(freed) {
                // It is of no use a second time.
                let free = sqlx::query(&sql).persistent(false);
                free.execute(&mut **transaction).await?;
            }
            Ok(())
        }
    };
}

writes!(park_in_sqlite, free_in_sqlite, Sqlite);
writes!(park_in_postgres, free_in_postgres, Postgres);
