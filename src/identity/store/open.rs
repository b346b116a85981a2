//! Opening the identity store and bringing its tables up to date.

use std::path::Path;
use std::time::Duration;

use docket_eventlog::{PostgresHome, guarded, lasting, pool_of, settled};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::database::Database;
use super::{IdentityStore, StoreError};

/// The store's file in the data directory.
pub const FILE: &str = "identity.db";

/// The store's schema in PostgreSQL.
const HOME: PostgresHome =
    PostgresHome { schema: "identity", migrations: sqlx::migrate!("migrations/postgres/identity") };

/// Connections to SQLite: readers beside the one writer.
const SQLITE_CONNECTIONS: u32 = 4;

/// How long a statement waits for a connection, and for SQLite's one writer.
const WAIT: Duration = Duration::from_secs(5);

impl IdentityStore {
    /// Opens the store in a data directory, making it where there is none.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be opened.
    pub async fn open_sqlite(data_dir: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(data_dir.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(WAIT);
        let pool = settled(lasting())
            .max_connections(SQLITE_CONNECTIONS)
            .acquire_timeout(WAIT)
            .connect_with(options)
            .await?;
        Ok(Self { database: Database::Sqlite(pool) })
    }

    /// Opens the store in a PostgreSQL database, over at most this many connections; requests with a known token need
    /// none.
    ///
    /// # Errors
    /// `Unavailable` when the server cannot be reached or refuses the log-in.
    pub async fn open_postgres(url: &str, connections: u32) -> Result<Self, StoreError> {
        let options = url.parse::<PgConnectOptions>()?.options([("search_path", HOME.schema)]);
        let pool = pool_of(connections).connect_with(guarded(options)).await?;
        Ok(Self { database: Database::Postgres(pool) })
    }

    /// Brings the tables up to date; several nodes may do so at the same time. A role that may not make
    /// tables can do so once they are.
    ///
    /// # Errors
    /// `Migration` when the tables were made by a later release or changed by hand, `Unavailable`.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite(pool) => {
                sqlx::migrate!("migrations/sqlite/identity").run(pool).await?;
            }
            Database::Postgres(pool) => HOME.migrate(pool).await?,
        }
        Ok(())
    }

    /// Closes every connection, waiting for statements that run.
    pub async fn close(&self) {
        match &self.database {
            Database::Sqlite(pool) => pool.close().await,
            Database::Postgres(pool) => pool.close().await,
        }
    }
}
