//! Restoring the log, which nobody may use until it is whole.

use sqlx::postgres::PgPool;
use sqlx::sqlite::SqliteConnection;

use super::connection::{Connection, For};
use super::error::RestoreError;
use super::event::line_of_head;
use super::home::{HEAD, LOG, Place};
use super::rows::Rows;
use super::sql::{Dialect, update};
use super::table::{Line, Table};
use crate::{Head, LogError};

/// What a store says that is opened while it is half restored.
pub(crate) const HALF_RESTORED: &str = "a restore into this store was not finished, and nothing may use it until \
    one is: begin it anew with `docket restore --start-over`";

/// The table that is there from the first row of a restore until all is written.
const MARK_SQLITE: &str = "unfinished_restore";
const MARK_POSTGRES: &str = "log.unfinished_restore";

const MARKED_SQLITE: &str = "SELECT count(*) FROM sqlite_master WHERE name = 'unfinished_restore'";
const MARKED_POSTGRES: &str = "SELECT count(*) FROM pg_catalog.pg_tables \
    WHERE schemaname = 'log' AND tablename = 'unfinished_restore'";

/// Takes the events away: once the log is marked, they were never anybody's.
const CLEAR_POSTGRES: &str = "BEGIN; \
    ALTER TABLE log.events DISABLE TRIGGER events_are_append_only; \
    TRUNCATE log.events, log.idempotency, log.claims; \
    ALTER TABLE log.events ENABLE TRIGGER events_are_append_only; \
    COMMIT";

/// A log that is being restored. From [`begin`](Self::begin) until [`finish`](Self::finish) it carries a mark,
/// by which every store refuses to open it, and its head stays at 0.
pub struct RestoredLog {
    rows: Rows,
    /// Holds the head's row, so that a server which had opened the log before cannot append. SQLite's data
    /// directory is locked by whoever restores.
    hold: Option<Connection>,
}

impl RestoredLog {
    /// Whether a restore into the log at `place` was not finished. Its tables need not be there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_unfinished(place: &Place) -> Result<bool, LogError> {
        if let Place::Directory(directory) = place
            && !directory.join("log.db").is_file()
        {
            return Ok(false);
        }
        marked(&mut Connection::open(LOG.name, place, For::Reading).await?).await
    }

    /// Marks an empty log, whose tables are there.
    ///
    /// # Errors
    /// `NotEmpty`; `InUse` where somebody appends or restores; `Unfinished` where it is marked already, unless
    /// `again`, which takes away what was written before.
    pub async fn begin(place: &Place, again: bool) -> Result<Self, RestoreError> {
        let mut rows = Rows::of(&LOG, place).await?;
        let hold = match place {
            Place::Directory(_) => None,
            Place::Database(_) => Some(hold(place).await?),
        };
        let is_marked = marked(&mut rows.connection).await?;
        if is_marked && !again {
            return Err(RestoreError::Unfinished);
        }
        let mut log = Self { rows, hold };
        if is_marked {
            log.rows.connection.run(CLEAR_POSTGRES).await?;
        }
        log.check_empty().await?;
        if !is_marked {
            let mark = log.mark();
            log.rows.connection.run(&format!("CREATE TABLE {mark} (id integer)")).await?;
        }
        Ok(log)
    }

    /// Writes rows of `table` in one transaction.
    ///
    /// # Errors
    /// As [`Rows::insert`].
    pub async fn insert(&mut self, table: &Table, lines: &[Line]) -> Result<(), LogError> {
        self.rows.insert(table, lines).await
    }

    /// Moves the head to `head` and takes the mark away, both at once: from now on the log is there.
    ///
    /// # Errors
    /// `Unavailable`: it is not there then.
    pub async fn finish(mut self, head: Head) -> Result<(), LogError> {
        let mark = self.mark();
        let connection = if let Some(holding) = &mut self.hold {
            holding
        } else {
            self.rows.connection.run("BEGIN IMMEDIATE").await?;
            &mut self.rows.connection
        };
        let sql = update(&HEAD, LOG.name, connection.dialect());
        let head = serde_json::to_string(&[line_of_head(head)])
            .map_err(|error| LogError::Invalid(error.to_string()))?;
        connection.write(&sql, &head).await?;
        connection.run(&format!("DROP TABLE {mark}")).await?;
        connection.run("COMMIT").await
    }

    async fn check_empty(&mut self) -> Result<(), RestoreError> {
        for table in LOG.tables {
            if self.rows.count(table).await? > 0 {
                return Err(RestoreError::NotEmpty(format!("log.{}", table.name)));
            }
        }
        Ok(())
    }

    const fn mark(&self) -> &'static str {
        match self.rows.connection.dialect() {
            Dialect::Sqlite => MARK_SQLITE,
            Dialect::Postgres => MARK_POSTGRES,
        }
    }
}

/// Holds the head's row for as long as the connection's transaction lasts.
async fn hold(place: &Place) -> Result<Connection, RestoreError> {
    let mut connection = Connection::open(LOG.name, place, For::Writing).await?;
    connection.run("BEGIN").await?;
    let held = connection.run("SELECT FROM log.head FOR UPDATE NOWAIT").await;
    held.map(|()| connection).map_err(RestoreError::InUse)
}

async fn marked(connection: &mut Connection) -> Result<bool, LogError> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => MARKED_SQLITE,
        Dialect::Postgres => MARKED_POSTGRES,
    };
    Ok(connection.number(sql).await? > 0)
}

/// Whether a restore into the database was not finished.
pub(crate) async fn is_unfinished_postgres(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let marks: i64 = sqlx::query_scalar(MARKED_POSTGRES).fetch_one(pool).await?;
    Ok(marks > 0)
}

/// Whether a restore into the file was not finished.
pub(crate) async fn is_unfinished_sqlite(
    connection: &mut SqliteConnection,
) -> Result<bool, sqlx::Error> {
    let marks: i64 = sqlx::query_scalar(MARKED_SQLITE).fetch_one(connection).await?;
    Ok(marks > 0)
}
