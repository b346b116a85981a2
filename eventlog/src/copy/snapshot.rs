//! A home as it is at one moment.

use serde_json::Value;

use super::connection::{Connection, For};
use super::event::head_of;
use super::home::{HEAD, Home, Place};
use super::sql::{Dialect, count, select};
use super::table::{Line, Table};
use crate::{Head, LogError};

/// A home as it is at one moment, whoever writes to it meanwhile. It is one read transaction: it keeps nobody
/// waiting, but as long as it lives, PostgreSQL keeps what is deleted, and SQLite's write-ahead log grows.
pub struct Snapshot {
    connection: Connection,
    home: &'static Home,
}

impl Snapshot {
    /// The home at `place` as it is now.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be opened or read.
    pub async fn of(home: &'static Home, place: &Place) -> Result<Self, LogError> {
        let mut connection = Connection::open(home.name, place, For::Reading).await?;
        connection
            .run(match connection.dialect() {
                Dialect::Sqlite => "BEGIN",
                Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            })
            .await?;
        let mut snapshot = Self { connection, home };
        // The first statement that reads fixes what the others see.
        if let Some(table) = home.tables.first() {
            snapshot.page(table, None, 1).await?;
        }
        Ok(snapshot)
    }

    /// The end of the log; of a snapshot of the log.
    ///
    /// # Errors
    /// `Unavailable`; `Corrupt` where there is none.
    pub async fn head(&mut self) -> Result<Head, LogError> {
        let line = self.page(&HEAD, None, 1).await?.pop();
        head_of(&line.ok_or_else(|| LogError::Corrupt("the log has no head".to_owned()))?)
    }

    /// How many rows `table` has.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count(&mut self, table: &Table) -> Result<u64, LogError> {
        let sql = count(table, self.home.name, self.connection.dialect());
        self.connection.number(&sql).await
    }

    /// The rows of `table` after the row `after`, or from the first, in the order of their key; at most `limit`.
    ///
    /// # Errors
    /// `Unavailable`; `Corrupt` for a row without its key.
    pub async fn page(
        &mut self,
        table: &Table,
        after: Option<&Line>,
        limit: usize,
    ) -> Result<Vec<Line>, LogError> {
        let dialect = self.connection.dialect();
        let sql = select(table, self.home.name, dialect, after.is_some(), limit);
        let key = after.map_or(Ok(Vec::new()), |after| key(table, after))?;
        let rows = self.connection.texts(&sql, &key).await?;
        let line = |text: &String| serde_json::from_str(text);
        let lines: Result<_, serde_json::Error> = rows.iter().map(line).collect();
        lines.map_err(|error| LogError::Corrupt(error.to_string()))
    }
}

fn key(table: &Table, line: &Line) -> Result<Vec<String>, LogError> {
    let column = |(name, _): &(&str, _)| match line.get(*name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(LogError::Corrupt(format!("a row of {} has no {name}", table.name))),
    };
    table.key().iter().map(column).collect()
}
