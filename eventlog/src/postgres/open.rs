//! Connecting.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use docket_domain::Clock;
use postgres_es::PostgresEventRepository;
use sqlx::postgres::{PgListener, PgPool};
use tokio::sync::Mutex;

use super::migrate::PostgresHome;
use super::writer::Writer;
use crate::copy::{HALF_RESTORED, is_unfinished_postgres};
use crate::{EventStore as _, LogError};

/// The log's schema.
const HOME: PostgresHome =
    PostgresHome { schema: "log", migrations: sqlx::migrate!("../migrations/postgres/log") };

/// A log in one PostgreSQL database, in the schema `log`.
///
/// Appends go over a connection of their own, so that they never wait for one that reads.
pub struct PostgresStore {
    pub(super) pool: PgPool,
    pub(super) writer: Mutex<Writer>,
    pub(super) listener: Mutex<Option<PgListener>>,
    pub(super) streams: PostgresEventRepository,
    pub(super) clock: Arc<dyn Clock>,
    /// A position that the log had reached before the batch that is being written.
    pub(super) reached: AtomicU64,
}

impl PostgresStore {
    /// Connects over `pool`, and brings the schema up to date where it is not.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached, when its schema is not up to date and the role may
    /// not change it, or when the log is half restored.
    pub async fn connect(pool: PgPool, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        Self::migrate(&pool).await?;
        if is_unfinished_postgres(&pool).await.map_err(unavailable)? {
            return Err(unavailable(HALF_RESTORED));
        }
        let store = Self {
            writer: Mutex::new(Writer::new(&pool)),
            listener: Mutex::new(None),
            streams: PostgresEventRepository::new(pool.clone())
                .with_tables("log.events", "log.snapshots"),
            pool,
            clock,
            reached: AtomicU64::new(0),
        };
        store.reach(store.head().await?.position);
        Ok(store)
    }

    /// Brings the schema up to date: what an owner's role does where the server's own role may not.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached or changed.
    pub async fn migrate(pool: &PgPool) -> Result<(), LogError> {
        HOME.migrate(pool).await.map_err(unavailable)
    }

    /// Whether there is a log in the database.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached.
    pub async fn exists(pool: &PgPool) -> Result<bool, LogError> {
        HOME.exists(pool).await.map_err(unavailable)
    }
}

pub(super) fn unavailable(error: impl std::fmt::Display) -> LogError {
    LogError::Unavailable(error.to_string())
}
