//! Reading.

use std::sync::LazyLock;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::link::timely;
use super::open::{PostgresStore, unavailable};
use super::row::COLUMNS;
use crate::{
    Capability, Commit, CommitResult, EventStore, Head, LogError, Page, StoredEvent, StreamEnd,
    StreamId,
};

static TAIL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM log.events WHERE aggregate_type = $1 AND aggregate_id = $2 \
         AND sequence > $3 AND org_id = $4 ORDER BY sequence LIMIT $5"
    )
});

/// Positions are dense, so the page's last commit is the one at `after + limit`, or the log's last one.
static ALL: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM log.events WHERE position > $1 AND position <= (SELECT e.commit_end \
         FROM log.events e WHERE e.position <= $1 + $2 ORDER BY e.position DESC LIMIT 1) \
         ORDER BY position"
    )
});

static ORGANIZATION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM log.events WHERE org_id = $1 AND position > $2 AND position <= \
         coalesce((SELECT e.commit_end FROM log.events e WHERE e.org_id = $1 AND e.position > $2 \
         ORDER BY e.position LIMIT 1 OFFSET $3 - 1), 9223372036854775807) ORDER BY position"
    )
});

static POSITIONS: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT {COLUMNS} FROM log.events WHERE position = ANY($1) ORDER BY position")
});

static EVENT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM log.events WHERE event_id = $1"));

/// The types are a part of the text, so that the index of them is used.
const CHANGED: &str = "SELECT aggregate_type, aggregate_id, max(sequence) FROM log.events \
    WHERE position > $1 AND position <= $2 AND aggregate_type IN ('organization', 'workflow') \
    GROUP BY aggregate_type, aggregate_id";

#[async_trait]
impl EventStore for PostgresStore {
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
        if after_sequence == 0 {
            self.load(org_id, stream, limit).await
        } else {
            self.read_tail(org_id, stream, after_sequence, limit).await
        }
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Page, LogError> {
        let query = sqlx::query_as(&ALL).bind(number(after)).bind(count(limit));
        let events = timely(query.fetch_all(&self.pool)).await.map_err(unavailable)?;
        Ok(Page { events })
    }

    async fn read_organization(
        &self,
        org_id: &str,
        after: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        let query = sqlx::query_as(&ORGANIZATION).bind(org_id).bind(number(after));
        let query = query.bind(count(limit));
        let events = timely(query.fetch_all(&self.pool)).await.map_err(unavailable)?;
        Ok(Page { events })
    }

    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<StoredEvent>, LogError> {
        let positions: Vec<i64> = positions.iter().copied().map(number).collect();
        let query = sqlx::query_as(&POSITIONS).bind(positions);
        timely(query.fetch_all(&self.pool)).await.map_err(unavailable)
    }

    async fn changed(&self, after: u64, to: u64) -> Result<Vec<StreamEnd>, LogError> {
        let query = sqlx::query_as(CHANGED).bind(number(after)).bind(number(to));
        timely(query.fetch_all(&self.pool)).await.map_err(unavailable)
    }

    async fn read_event(&self, event_id: Uuid) -> Result<Option<StoredEvent>, LogError> {
        let query = sqlx::query_as(&EVENT).bind(event_id);
        timely(query.fetch_optional(&self.pool)).await.map_err(unavailable)
    }

    async fn writable(&self) -> Result<(), LogError> {
        self.write_nothing().await.map_err(unavailable)
    }

    async fn head(&self) -> Result<Head, LogError> {
        let query = sqlx::query_as("SELECT position, recorded_at FROM log.head");
        let (position, recorded_at): (i64, DateTime<Utc>) =
            timely(query.fetch_one(&self.pool)).await.map_err(unavailable)?;
        Ok(Head { position: position.unsigned_abs(), recorded_at })
    }

    async fn holder(
        &self,
        org_id: &str,
        kind: &str,
        name: &str,
    ) -> Result<Option<String>, LogError> {
        let sql = "SELECT holder FROM log.claims WHERE org_id = $1 AND kind = $2 AND name = $3";
        let query = sqlx::query_scalar(sql).bind(org_id).bind(kind).bind(name);
        timely(query.fetch_optional(&self.pool)).await.map_err(unavailable)
    }

    async fn repeated(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<(String, CommitResult)>, LogError> {
        let sql = "SELECT input_hash, position, outcome FROM log.idempotency \
            WHERE scope = $1 AND key = $2";
        let query = sqlx::query_as(sql).bind(scope).bind(key);
        let first: Option<(String, i64, String)> =
            timely(query.fetch_optional(&self.pool)).await.map_err(unavailable)?;
        Ok(first.map(|(input_hash, position, outcome)| {
            (input_hash, CommitResult::Repeated { position: position.unsigned_abs(), outcome })
        }))
    }

    async fn hint(&self) -> u64 {
        self.next_notification().await
    }
}

impl PostgresStore {
    /// The end of a stream, by one prepared statement.
    pub(super) async fn read_tail(
        &self,
        org_id: &str,
        stream: &StreamId,
        after_sequence: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        let query = sqlx::query_as(&TAIL)
            .bind(stream.aggregate_type)
            .bind(&stream.aggregate_id)
            .bind(number(after_sequence))
            .bind(org_id)
            .bind(count(limit));
        timely(query.fetch_all(&self.pool)).await.map_err(unavailable)
    }
}

/// No position or sequence of ours comes near it, and sums with it stay in the range of a bigint.
const FAR: i64 = i64::MAX / 2;

/// A position or sequence as PostgreSQL has it.
fn number(value: u64) -> i64 {
    i64::try_from(value).map_or(FAR, |value| value.min(FAR))
}

/// At least one: a page of nothing would never move on.
pub(super) fn count(limit: usize) -> i64 {
    i64::try_from(limit).map_or(FAR, |limit| limit.clamp(1, FAR))
}
