//! Snapshots in a file of their own, which may be taken away while no server runs.

use std::path::Path;

use async_trait::async_trait;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqlitePool, SqliteSynchronous};
use uuid::Uuid;

use super::lasting;
use super::open::{options, unavailable};
use crate::{LogError, SnapshotKey, SnapshotStore, StateSnapshot};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite/snapshots");

/// The snapshots' file in the data directory.
const FILE: &str = "snapshots.db";

/// What SQLite keeps beside a file.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// Connections: loads of long streams are rare, and one connection writes.
const CONNECTIONS: u32 = 4;

/// Snapshots in the data directory of one server.
pub struct SqliteSnapshots {
    pool: SqlitePool,
}

impl SqliteSnapshots {
    /// Opens the snapshots in `directory`, which must exist. A file that cannot be opened is taken away, and a
    /// new one made.
    ///
    /// # Errors
    /// `Unavailable` when no file can be made.
    pub async fn open(directory: &Path) -> Result<Self, LogError> {
        let file = directory.join(FILE);
        match Self::open_file(&file).await {
            Ok(opened) => Ok(opened),
            Err(error) => {
                tracing::warn!(%error, file = %file.display(), "snapshots cannot be opened: they begin anew");
                for beside in BESIDE {
                    let path = directory.join(format!("{FILE}{beside}"));
                    // What is not there need not be taken away; what cannot be, fails below.
                    let _ = std::fs::remove_file(path);
                }
                Self::open_file(&file).await
            }
        }
    }

    async fn open_file(file: &Path) -> Result<Self, LogError> {
        // A power cut takes the latest ones away and damages nothing.
        let options = options(file).synchronous(SqliteSynchronous::Normal);
        let pool = lasting().max_connections(CONNECTIONS).connect_with(options);
        let pool = pool.await.map_err(unavailable)?;
        MIGRATIONS.run(&pool).await.map_err(unavailable)?;
        Ok(Self { pool })
    }
}

#[async_trait]
impl SnapshotStore for SqliteSnapshots {
    async fn find(&self, key: &SnapshotKey) -> Result<Option<StateSnapshot>, LogError> {
        let sql = "SELECT sequence, event_id, state_hash, state FROM snapshots \
            WHERE org_id = ? AND aggregate_type = ? AND aggregate_id = ?";
        let query = sqlx::query_as(sql).bind(&key.org_id).bind(&key.aggregate_type);
        let row: Option<(i64, Uuid, String, Vec<u8>)> =
            query.bind(&key.aggregate_id).fetch_optional(&self.pool).await.map_err(unavailable)?;
        Ok(row.map(|(sequence, event_id, state_hash, state)| StateSnapshot {
            key: key.clone(),
            sequence: sequence.unsigned_abs(),
            event_id,
            state_hash,
            state,
        }))
    }

    async fn put(&self, snapshot: &StateSnapshot) -> Result<(), LogError> {
        let sql = "INSERT INTO snapshots (org_id, aggregate_type, aggregate_id, sequence, event_id, \
            state_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?) \
            ON CONFLICT (org_id, aggregate_type, aggregate_id) DO UPDATE SET \
            sequence = excluded.sequence, event_id = excluded.event_id, \
            state_hash = excluded.state_hash, state = excluded.state";
        let key = &snapshot.key;
        let query = sqlx::query(sql).bind(&key.org_id).bind(&key.aggregate_type);
        let query = query.bind(&key.aggregate_id).bind(snapshot.sequence.cast_signed());
        let query = query.bind(snapshot.event_id).bind(&snapshot.state_hash).bind(&snapshot.state);
        query.execute(&self.pool).await.map(drop).map_err(unavailable)
    }

    async fn remove(&self, key: &SnapshotKey) -> Result<(), LogError> {
        let sql = "DELETE FROM snapshots \
            WHERE org_id = ? AND aggregate_type = ? AND aggregate_id = ?";
        let query = sqlx::query(sql).bind(&key.org_id).bind(&key.aggregate_type);
        query.bind(&key.aggregate_id).execute(&self.pool).await.map(drop).map_err(unavailable)
    }

    async fn keys(
        &self,
        after: Option<&SnapshotKey>,
        limit: usize,
    ) -> Result<Vec<SnapshotKey>, LogError> {
        let sql = "SELECT org_id, aggregate_type, aggregate_id FROM snapshots \
            WHERE ?1 IS NULL OR (org_id, aggregate_type, aggregate_id) > (?1, ?2, ?3) \
            ORDER BY org_id, aggregate_type, aggregate_id LIMIT ?4";
        let query = sqlx::query_as(sql).bind(after.map(|key| &key.org_id));
        let query = query.bind(after.map(|key| &key.aggregate_type));
        let query = query.bind(after.map(|key| &key.aggregate_id));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<(String, String, String)> =
            query.bind(limit).fetch_all(&self.pool).await.map_err(unavailable)?;
        Ok(rows.into_iter().map(SnapshotKey::from).collect())
    }
}
