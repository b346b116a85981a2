//! Reading.

use std::sync::LazyLock;

use async_trait::async_trait;
use chrono::DateTime;
use uuid::Uuid;

use super::open::{SqliteStore, unavailable};
use super::row::COLUMNS;
use crate::{
    Capability, Commit, CommitResult, EventStore, Head, LogError, Page, StoredEvent, StreamEnd,
    StreamId,
};

static STREAM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM events WHERE aggregate_type = ? AND aggregate_id = ? \
         AND sequence > ? AND org_id = ? ORDER BY sequence LIMIT ?"
    )
});

/// Positions are dense, so the page's last commit is the one at `after + limit`, or the log's last one.
static ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM events WHERE position > ?1 AND position <= (SELECT commit_end \
         FROM events WHERE position <= ?1 + ?2 ORDER BY position DESC LIMIT 1) ORDER BY position"
    )
});

static ORGANIZATION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM events WHERE org_id = ?1 AND position > ?2 AND position <= coalesce((\
         SELECT commit_end FROM events WHERE org_id = ?1 AND position > ?2 ORDER BY position \
         LIMIT 1 OFFSET ?3 - 1), (SELECT position FROM head)) ORDER BY position"
    )
});

static POSITIONS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM events WHERE position IN (SELECT value FROM json_each(?)) \
         ORDER BY position"
    )
});

static EVENT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM events WHERE event_id = ?"));

/// The types are a part of the text, so that the index of them is used.
const CHANGED: &str = "SELECT aggregate_type, aggregate_id, max(sequence) FROM events \
    WHERE position > $1 AND position <= $2 AND aggregate_type IN ('organization', 'workflow') \
    GROUP BY aggregate_type, aggregate_id";

#[async_trait]
impl EventStore for SqliteStore {
    fn has(&self, capability: Capability) -> bool {
        match capability {
            Capability::DensePositions
            | Capability::AtomicCommits
            | Capability::TransactionalClaims
            | Capability::EventsById
            | Capability::OwnClock
            | Capability::OwnTables => true,
        }
    }

    async fn append(&self, batch: &[Commit]) -> Vec<Result<CommitResult, LogError>> {
        self.make(batch).await
    }

    async fn read_stream(
        &self,
        org_id: &str,
        stream: &StreamId,
        after_sequence: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        sqlx::query_as(&STREAM)
            .bind(stream.aggregate_type)
            .bind(&stream.aggregate_id)
            .bind(number(after_sequence))
            .bind(org_id)
            .bind(count(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Page, LogError> {
        let query = sqlx::query_as(&ALL).bind(number(after)).bind(count(limit));
        let events = query.fetch_all(&self.readers).await.map_err(unavailable)?;
        Ok(Page { events })
    }

    async fn read_organization(
        &self,
        org_id: &str,
        after: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        let query = sqlx::query_as(&ORGANIZATION).bind(org_id).bind(number(after));
        let events = query.bind(count(limit)).fetch_all(&self.readers).await;
        Ok(Page { events: events.map_err(unavailable)? })
    }

    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<StoredEvent>, LogError> {
        let positions = serde_json::to_string(positions).map_err(unavailable)?;
        let query = sqlx::query_as(&POSITIONS).bind(positions);
        query.fetch_all(&self.readers).await.map_err(unavailable)
    }

    async fn changed(&self, after: u64, to: u64) -> Result<Vec<StreamEnd>, LogError> {
        let query = sqlx::query_as(CHANGED).bind(number(after)).bind(number(to));
        query.fetch_all(&self.readers).await.map_err(unavailable)
    }

    async fn read_event(&self, event_id: Uuid) -> Result<Option<StoredEvent>, LogError> {
        let query = sqlx::query_as(&EVENT).bind(event_id);
        query.fetch_optional(&self.readers).await.map_err(unavailable)
    }

    async fn writable(&self) -> Result<(), LogError> {
        self.write_nothing().await
    }

    async fn head(&self) -> Result<Head, LogError> {
        let query = sqlx::query_as("SELECT position, recorded_at FROM head");
        let (position, micros): (i64, i64) =
            query.fetch_one(&self.readers).await.map_err(unavailable)?;
        let recorded_at = DateTime::from_timestamp_micros(micros).unwrap_or_default();
        Ok(Head { position: position.unsigned_abs(), recorded_at })
    }

    async fn holder(
        &self,
        org_id: &str,
        kind: &str,
        name: &str,
    ) -> Result<Option<String>, LogError> {
        let sql = "SELECT holder FROM claims WHERE org_id = ? AND kind = ? AND name = ?";
        let query = sqlx::query_scalar(sql).bind(org_id).bind(kind).bind(name);
        query.fetch_optional(&self.readers).await.map_err(unavailable)
    }

    async fn repeated(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<(String, CommitResult)>, LogError> {
        let sql =
            "SELECT input_hash, position, outcome FROM idempotency WHERE scope = ? AND key = ?";
        let query = sqlx::query_as(sql).bind(scope).bind(key);
        let first: Option<(String, i64, String)> =
            query.fetch_optional(&self.readers).await.map_err(unavailable)?;
        Ok(first.map(|(input_hash, position, outcome)| {
            (input_hash, CommitResult::Repeated { position: position.unsigned_abs(), outcome })
        }))
    }
}

/// A position or sequence as SQLite has it; none of ours comes near the end of its range.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// At least one: a page of nothing would never move on.
fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).max(1)
}
