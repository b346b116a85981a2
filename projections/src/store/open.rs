//! Opening the database, with the settings that suit rows which can be made again from the log.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use docket_eventlog::{attended, guarded, lasting, pool_of, settled};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::db::Backend;
use super::{Db, Views};
use crate::error::ViewsError;

/// How long a statement on SQLite waits for another process's lock, such as a backup's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages of SQLite's write-ahead log before it is folded back, 32 MiB: a rare sync instead of a steady one.
const WAL_PAGES: &str = "8192";
/// Statements that stay prepared on each connection: those of pages differ by the tables that change.
const STATEMENTS: usize = 500;
/// Connections that read from SQLite at once.
const SQLITE_READERS: u32 = 4;
/// Connections that write to PostgreSQL: one for each group of projections, and those of rebuilds.
const POSTGRES_WRITERS: u32 = 8;

impl Views {
    /// Opens `views.db` in `dir`, and makes it where there is none.
    ///
    /// # Errors
    /// `Unavailable` when the file cannot be opened or written.
    pub async fn open_sqlite(dir: &Path) -> Result<Self, ViewsError> {
        let options = SqliteConnectOptions::new()
            .filename(dir.join("views.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Rows and checkpoint are lost together with a power cut, and folded again.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT)
            .statement_cache_capacity(STATEMENTS)
            .pragma("wal_autocheckpoint", WAL_PAGES)
            .pragma("cache_size", "-65536");
        let write = settled(lasting()).max_connections(1);
        let write = write.connect_with(options.clone()).await?;
        let read = lasting().max_connections(SQLITE_READERS);
        let read = read.connect_with(options.read_only(true)).await?;
        Self::prepare(Db::new(Backend::Sqlite { read, write }, "local")).await
    }

    /// Opens the schema `views` in the PostgreSQL database at `url`, and makes it where there is none.
    /// `readers` connections answer questions. `node` names this process, and no other that runs at the same
    /// time.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached or refuses.
    pub async fn connect_postgres(url: &str, readers: u32, node: &str) -> Result<Self, ViewsError> {
        let node = format!("docket views {node}");
        let options = PgConnectOptions::from_str(url)?
            .application_name(&node)
            .statement_cache_capacity(STATEMENTS)
            // What a page is written with is there for good, whatever a role or a database is set to: other nodes
            // have answered by its checkpoint, and would answer with less if it went back.
            .options([("search_path", "views"), ("synchronous_commit", "on")]);
        let read = pool_of(readers).connect_with(guarded(options.clone())).await?;
        // The statements of a page are always the same, on arrays whose length no plan can know:
        // plan once, and by index.
        let options = options.options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ]);
        let write = pool_of(POSTGRES_WRITERS).connect_with(attended(options)).await?;
        Self::prepare(Db::new(Backend::Postgres { read, write }, &node)).await
    }
}
