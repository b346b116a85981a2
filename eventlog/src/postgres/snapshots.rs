//! Snapshots in a schema of their own, in a table that PostgreSQL does not write ahead.

use async_trait::async_trait;
use sqlx::postgres::PgPool;
use uuid::Uuid;

use super::link::timely;
use super::migrate::PostgresHome;
use super::open::unavailable;
use crate::{LogError, SnapshotKey, SnapshotStore, StateSnapshot};

/// The snapshots' schema.
const HOME: PostgresHome = PostgresHome {
    schema: "snapshots",
    migrations: sqlx::migrate!("../migrations/postgres/snapshots"),
};

/// Snapshots in one PostgreSQL database, in the schema `snapshots`.
pub struct PostgresSnapshots {
    pool: PgPool,
}

impl PostgresSnapshots {
    /// Connects over `pool`, and brings the schema up to date where it is not.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached, or when its schema is not up to date and the role
    /// may not change it.
    pub async fn connect(pool: PgPool) -> Result<Self, LogError> {
        Self::migrate(&pool).await?;
        Ok(Self { pool })
    }

    /// Brings the schema up to date: what an owner's role does where the server's own role may not.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached or changed.
    pub async fn migrate(pool: &PgPool) -> Result<(), LogError> {
        HOME.migrate(pool).await.map_err(unavailable)
    }
}

#[async_trait]
impl SnapshotStore for PostgresSnapshots {
    async fn find(&self, key: &SnapshotKey) -> Result<Option<StateSnapshot>, LogError> {
        let sql = "SELECT sequence, event_id, state_hash, state FROM snapshots.snapshots \
            WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = $3";
        let query = sqlx::query_as(sql).bind(&key.org_id).bind(&key.aggregate_type);
        let row: Option<(i64, Uuid, String, Vec<u8>)> =
            timely(query.bind(&key.aggregate_id).fetch_optional(&self.pool)).await.map_err(told)?;
        Ok(row.map(|(sequence, event_id, state_hash, state)| StateSnapshot {
            key: key.clone(),
            sequence: sequence.unsigned_abs(),
            event_id,
            state_hash,
            state,
        }))
    }

    async fn put(&self, snapshot: &StateSnapshot) -> Result<(), LogError> {
        let sql = "INSERT INTO snapshots.snapshots (org_id, aggregate_type, aggregate_id, sequence, \
            event_id, state_hash, state) VALUES ($1, $2, $3, $4, $5, $6, $7) \
            ON CONFLICT (org_id, aggregate_type, aggregate_id) DO UPDATE SET \
            sequence = excluded.sequence, event_id = excluded.event_id, \
            state_hash = excluded.state_hash, state = excluded.state";
        let key = &snapshot.key;
        let query = sqlx::query(sql).bind(&key.org_id).bind(&key.aggregate_type);
        let query = query.bind(&key.aggregate_id).bind(snapshot.sequence.cast_signed());
        let query = query.bind(snapshot.event_id).bind(&snapshot.state_hash).bind(&snapshot.state);
        timely(query.execute(&self.pool)).await.map(drop).map_err(told)
    }

    async fn remove(&self, key: &SnapshotKey) -> Result<(), LogError> {
        let sql = "DELETE FROM snapshots.snapshots \
            WHERE org_id = $1 AND aggregate_type = $2 AND aggregate_id = $3";
        let query = sqlx::query(sql).bind(&key.org_id).bind(&key.aggregate_type);
        timely(query.bind(&key.aggregate_id).execute(&self.pool)).await.map(drop).map_err(told)
    }

    async fn keys(
        &self,
        after: Option<&SnapshotKey>,
        limit: usize,
    ) -> Result<Vec<SnapshotKey>, LogError> {
        let sql = "SELECT org_id, aggregate_type, aggregate_id FROM snapshots.snapshots \
            WHERE $1::text IS NULL OR (org_id, aggregate_type, aggregate_id) > ($1, $2, $3) \
            ORDER BY org_id, aggregate_type, aggregate_id LIMIT $4";
        let query = sqlx::query_as(sql).bind(after.map(|key| &key.org_id));
        let query = query.bind(after.map(|key| &key.aggregate_type));
        let query = query.bind(after.map(|key| &key.aggregate_id));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<(String, String, String)> =
            timely(query.bind(limit).fetch_all(&self.pool)).await.map_err(told)?;
        Ok(rows.into_iter().map(SnapshotKey::from).collect())
    }
}

fn told(error: sqlx::Error) -> LogError {
    unavailable(error)
}
