//! A row as an event.

use chrono::DateTime;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use crate::{StoredEvent, StreamEnd};

/// The columns of an event, in the order in which [`FromRow`] reads them.
pub(super) const COLUMNS: &str = "position, commit_end, sequence, recorded_at, event_id, commit_id, \
    org_id, aggregate_type, aggregate_id, event_type, event_version, payload, metadata";

impl FromRow<'_, SqliteRow> for StoredEvent {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let number = |index: usize| row.try_get::<i64, _>(index).map(i64::unsigned_abs);
        Ok(Self {
            position: number(0)?,
            commit_end: number(1)?,
            sequence: number(2)?,
            recorded_at: DateTime::from_timestamp_micros(row.try_get(3)?).unwrap_or_default(),
            event_id: row.try_get(4)?,
            commit_id: row.try_get(5)?,
            org_id: row.try_get(6)?,
            aggregate_type: row.try_get(7)?,
            aggregate_id: row.try_get(8)?,
            event_type: row.try_get(9)?,
            event_version: row.try_get(10)?,
            payload: row.try_get(11)?,
            metadata: row.try_get(12)?,
        })
    }
}

impl FromRow<'_, SqliteRow> for StreamEnd {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            aggregate_type: row.try_get(0)?,
            aggregate_id: row.try_get(1)?,
            sequence: row.try_get::<i64, _>(2)?.unsigned_abs(),
        })
    }
}
