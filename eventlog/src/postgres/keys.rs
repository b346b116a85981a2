//! Data keys in a schema of their own.

use std::sync::Arc;

use async_trait::async_trait;
use docket_domain::Clock;
use sqlx::postgres::PgPool;

use super::link::timely;
use super::migrate::PostgresHome;
use super::open::unavailable;
use crate::LogError;
use crate::keys::{KeyStore, StoredKey};

/// The keys' schema.
const HOME: PostgresHome =
    PostgresHome { schema: "keys", migrations: sqlx::migrate!("../migrations/postgres/keys") };

/// Data keys in one PostgreSQL database, in the schema `keys`.
pub struct PostgresKeys {
    pool: PgPool,
    clock: Arc<dyn Clock>,
}

impl PostgresKeys {
    /// Connects over `pool`, and brings the schema up to date where it is not.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached, or when its schema is not up to date and the role
    /// may not change it.
    pub async fn connect(pool: PgPool, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        Self::migrate(&pool).await?;
        Ok(Self { pool, clock })
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
impl KeyStore for PostgresKeys {
    async fn find(&self, subjects: &[&str]) -> Result<Vec<StoredKey>, LogError> {
        let sql = "SELECT subject, wrapped FROM keys.data_keys WHERE subject = ANY($1)";
        let rows: Vec<(String, Option<Vec<u8>>)> =
            timely(sqlx::query_as(sql).bind(subjects).fetch_all(&self.pool))
                .await
                .map_err(unavailable)?;
        Ok(rows.into_iter().map(|(subject, wrapped)| StoredKey { subject, wrapped }).collect())
    }

    async fn insert(&self, subject: &str, wrapped: &[u8]) -> Result<StoredKey, LogError> {
        // The update changes nothing; it makes the row that was there first be returned.
        let sql = "INSERT INTO keys.data_keys (subject, wrapped, created_at) VALUES ($1, $2, $3) \
            ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject \
            RETURNING subject, wrapped";
        let query = sqlx::query_as(sql).bind(subject).bind(wrapped).bind(self.clock.now());
        let (subject, wrapped) = timely(query.fetch_one(&self.pool)).await.map_err(unavailable)?;
        Ok(StoredKey { subject, wrapped })
    }

    async fn erase(&self, subject: &str) -> Result<(), LogError> {
        let sql = "INSERT INTO keys.data_keys AS k (subject, created_at, erased_at) \
            VALUES ($1, $2, $2) ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, \
            erased_at = coalesce(k.erased_at, excluded.erased_at)";
        let query = sqlx::query(sql).bind(subject).bind(self.clock.now());
        timely(query.execute(&self.pool)).await.map(drop).map_err(unavailable)
    }
}
