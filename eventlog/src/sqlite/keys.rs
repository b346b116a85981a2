//! Data keys in a file of their own.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use docket_domain::Clock;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqlitePool;

use super::lasting;
use super::open::{options, unavailable};
use crate::LogError;
use crate::keys::{KeyStore, StoredKey};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite/keys");

/// The keys' file in the data directory.
const FILE: &str = "keys.db";

/// Connections: keys are cached, so that the file is seldom asked.
const CONNECTIONS: u32 = 2;

/// Data keys in the data directory of one server.
pub struct SqliteKeys {
    pool: SqlitePool,
    clock: Arc<dyn Clock>,
}

impl SqliteKeys {
    /// Opens the keys in `directory`, which must exist, and brings their table up to date.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be opened or brought up to date.
    pub async fn open(directory: &Path, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        // A destroyed key must not stay readable in the file's free pages.
        let options = options(&directory.join(FILE)).pragma("secure_delete", "on");
        let pool = lasting().max_connections(CONNECTIONS).connect_with(options);
        let pool = pool.await.map_err(unavailable)?;
        MIGRATIONS.run(&pool).await.map_err(unavailable)?;
        Ok(Self { pool, clock })
    }
}

#[async_trait]
impl KeyStore for SqliteKeys {
    async fn find(&self, subjects: &[&str]) -> Result<Vec<StoredKey>, LogError> {
        let subjects = serde_json::to_string(subjects).map_err(unavailable)?;
        let sql = "SELECT subject, wrapped FROM data_keys \
            WHERE subject IN (SELECT value FROM json_each(?))";
        let rows: Vec<(String, Option<Vec<u8>>)> =
            sqlx::query_as(sql).bind(subjects).fetch_all(&self.pool).await.map_err(unavailable)?;
        Ok(rows.into_iter().map(|(subject, wrapped)| StoredKey { subject, wrapped }).collect())
    }

    async fn insert(&self, subject: &str, wrapped: &[u8]) -> Result<StoredKey, LogError> {
        // The update changes nothing; it makes the row that was there first be returned.
        let sql = "INSERT INTO data_keys (subject, wrapped, created_at) VALUES (?, ?, ?) \
            ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject \
            RETURNING subject, wrapped";
        let query = sqlx::query_as(sql).bind(subject).bind(wrapped).bind(self.now());
        let (subject, wrapped) = query.fetch_one(&self.pool).await.map_err(unavailable)?;
        Ok(StoredKey { subject, wrapped })
    }

    async fn erase(&self, subject: &str) -> Result<(), LogError> {
        let sql = "INSERT INTO data_keys (subject, created_at, erased_at) VALUES (?1, ?2, ?2) \
            ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, \
            erased_at = coalesce(erased_at, excluded.erased_at)";
        let query = sqlx::query(sql).bind(subject).bind(self.now());
        query.execute(&self.pool).await.map_err(unavailable)?;
        // Until it is copied into the file, the write-ahead log still holds the page with the key.
        let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
        checkpoint.execute(&self.pool).await.map(drop).map_err(unavailable)
    }
}

impl SqliteKeys {
    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }
}
