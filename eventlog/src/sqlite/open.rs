//! Opening the file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use docket_domain::Clock;
use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqliteSynchronous,
};
use tokio::sync::Mutex;

use super::lasting;
use crate::LogError;
use crate::copy::{HALF_RESTORED, is_unfinished_sqlite};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite/log");

/// The log's file in the data directory.
const FILE: &str = "log.db";

/// Connections that read at the same time, at most.
const READERS: u32 = 8;

/// How long to wait for a lock that another process holds, such as a back-up.
const BUSY: Duration = Duration::from_secs(5);

/// Pages that the write-ahead log holds before they are copied into the file: 16 MiB, so that pages which
/// every batch touches are copied once for many batches.
const CHECKPOINT_PAGES: &str = "4096";

/// A log in the data directory of one server.
pub struct SqliteStore {
    pub(super) writer: Mutex<SqliteConnection>,
    /// How the writer is opened.
    pub(super) options: SqliteConnectOptions,
    pub(super) readers: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
}

impl SqliteStore {
    /// Whether there is a log in `directory`.
    pub fn is_in(directory: &Path) -> bool {
        directory.join(FILE).is_file()
    }

    /// Opens the log in `directory`, which must exist, and brings its tables up to date.
    ///
    /// What is acknowledged is on disk: WAL with `synchronous=FULL`.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be opened or brought up to date, or is half restored.
    pub async fn open(directory: &Path, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        let options = options(&directory.join(FILE));
        let mut writer = options.connect().await.map_err(unavailable)?;
        MIGRATIONS.run_direct(&mut writer).await.map_err(unavailable)?;
        check_restored(&mut writer).await?;
        Ok(Self::over(writer, options, clock))
    }

    /// Opens a log that is there already, to read it while another process may append to it.
    ///
    /// # Errors
    /// `Unavailable` when there is none, or it cannot be opened, or is half restored.
    pub async fn open_to_read(directory: &Path, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        let options = options(&directory.join(FILE)).create_if_missing(false).read_only(true);
        let mut writer = options.connect().await.map_err(unavailable)?;
        check_restored(&mut writer).await?;
        Ok(Self::over(writer, options, clock))
    }

    fn over(
        writer: SqliteConnection,
        options: SqliteConnectOptions,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let readers = lasting().max_connections(READERS);
        let readers = readers.connect_lazy_with(options.clone().read_only(true));
        Self { writer: Mutex::new(writer), options, readers, clock }
    }
}

/// # Errors
/// `Unavailable` when the log is half restored.
async fn check_restored(connection: &mut SqliteConnection) -> Result<(), LogError> {
    if is_unfinished_sqlite(connection).await.map_err(unavailable)? {
        return Err(unavailable(HALF_RESTORED));
    }
    Ok(())
}

/// How every file of ours is opened.
pub(crate) fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("temp_store", "memory")
}

pub(crate) fn unavailable(error: impl std::fmt::Display) -> LogError {
    LogError::Unavailable(error.to_string())
}
