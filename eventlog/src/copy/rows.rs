//! Writing the rows of a home.

use super::connection::{Connection, For};
use super::error::RestoreError;
use super::home::{Home, Place};
use super::mark::{mark, marked_by, unmark};
use super::sql::{insert, named};
use super::table::{Line, Table};
use crate::LogError;

/// The rows of a home, to be written while nobody uses it.
pub struct Rows {
    pub(super) connection: Connection,
    pub(super) home: &'static Home,
}

impl Rows {
    /// The rows of a home whose tables are there.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be opened.
    pub async fn of(home: &'static Home, place: &Place) -> Result<Self, LogError> {
        Ok(Self { connection: Connection::open(home.name, place, For::Writing).await?, home })
    }

    /// Writes rows of `table` in one transaction.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached or refuses one of them; none is written then.
    /// `Corrupt` where fewer were written than given.
    pub async fn insert(&mut self, table: &Table, lines: &[Line]) -> Result<(), LogError> {
        let sql = insert(table, self.home.name, self.connection.dialect());
        let text =
            serde_json::to_string(lines).map_err(|error| LogError::Invalid(error.to_string()))?;
        let written = self.connection.write(&sql, &text).await?;
        if written == lines.len() as u64 {
            Ok(())
        } else {
            Err(LogError::Corrupt(format!("not every row of {} was written", table.name)))
        }
    }

    /// Marks the home as that of the restore `id`, once it is empty: takes away what a server writes as soon as it
    /// starts, or what the restore has written before.
    ///
    /// # Errors
    /// `NotEmpty` for rows of anybody else's, `Unavailable`: it is as it was then.
    pub async fn begin(&mut self, id: &str) -> Result<(), RestoreError> {
        self.connection.begin().await?;
        let marked = marked_by(&mut self.connection, self.home.name).await?;
        if marked.as_deref() == Some(id) {
            self.clear().await?;
        } else {
            self.check_empty().await?;
            self.clear_start().await?;
        }
        mark(&mut self.connection, self.home.name, id).await?;
        Ok(self.connection.run("COMMIT").await?)
    }

    /// Takes the mark away: nobody withdraws the rows any more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn end(&mut self) -> Result<(), LogError> {
        unmark(&mut self.connection, self.home.name).await
    }

    pub(super) async fn check_empty(&mut self) -> Result<(), RestoreError> {
        for table in self.home.tables {
            if self.connection.counts(self.home, table).await? > 0 {
                return Err(RestoreError::NotEmpty(format!("{}.{}", self.home.name, table.name)));
            }
        }
        Ok(())
    }

    async fn clear_start(&mut self) -> Result<(), LogError> {
        for table in self.home.tables {
            let name = named(table, self.home.name, self.connection.dialect());
            let rows = self.home.says_nothing(table);
            self.connection.run(&format!("DELETE FROM {name} WHERE {rows}")).await?;
        }
        Ok(())
    }

    /// Takes every row away. The log's events cannot be taken away like this.
    pub(super) async fn clear(&mut self) -> Result<(), LogError> {
        for table in self.home.tables.iter().rev() {
            let name = named(table, self.home.name, self.connection.dialect());
            self.connection.run(&format!("DELETE FROM {name}")).await?;
        }
        Ok(())
    }
}
