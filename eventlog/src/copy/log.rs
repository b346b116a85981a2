//! Restoring the log, which nobody may use until it is whole.

use super::connection::{Connection, For};
use super::error::RestoreError;
use super::event::line_of_head;
use super::home::{HEAD, LOG, Place};
use super::mark::{mark, marked_by, unmark};
use super::rows::Rows;
use super::sql::update;
use super::table::{Line, Table};
use crate::{Head, LogError};

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
    /// The id of the restore into the log at `place` that was not finished; `None` where there is none. Its tables
    /// need not be there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn unfinished(place: &Place) -> Result<Option<String>, LogError> {
        if !place.may_have(&LOG) {
            return Ok(None);
        }
        let mut connection = Connection::open(LOG.name, place, For::Reading).await?;
        marked_by(&mut connection, LOG.name).await
    }

    /// Marks an empty log, whose tables are there, as that of the restore `id`, or takes away what that has written
    /// before.
    ///
    /// # Errors
    /// `NotEmpty`; `InUse` where somebody appends or restores; `Unfinished` where it carries another's mark.
    pub async fn begin(place: &Place, id: &str) -> Result<Self, RestoreError> {
        let mut rows = Rows::of(&LOG, place).await?;
        let hold = match place {
            Place::Directory(_) => None,
            Place::Database(_) => Some(hold(place).await?),
        };
        match marked_by(&mut rows.connection, LOG.name).await? {
            Some(other) if other != id => return Err(RestoreError::Unfinished),
            Some(_) => rows.connection.run(CLEAR_POSTGRES).await?,
            None => {}
        }
        let mut log = Self { rows, hold };
        log.rows.check_empty().await?;
        log.rows.connection.begin().await?;
        mark(&mut log.rows.connection, LOG.name, id).await?;
        log.rows.connection.run("COMMIT").await?;
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
        let connection = if let Some(holding) = &mut self.hold {
            holding
        } else {
            self.rows.connection.begin().await?;
            &mut self.rows.connection
        };
        let sql = update(&HEAD, LOG.name, connection.dialect());
        let head = serde_json::to_string(&[line_of_head(head)])
            .map_err(|error| LogError::Invalid(error.to_string()))?;
        connection.write(&sql, &head).await?;
        unmark(connection, LOG.name).await?;
        connection.run("COMMIT").await
    }
}

/// Holds the head's row for as long as the connection's transaction lasts.
async fn hold(place: &Place) -> Result<Connection, RestoreError> {
    let mut connection = Connection::open(LOG.name, place, For::Writing).await?;
    connection.begin().await?;
    let held = connection.run("SELECT FROM log.head FOR UPDATE NOWAIT").await;
    held.map(|()| connection).map_err(RestoreError::InUse)
}
