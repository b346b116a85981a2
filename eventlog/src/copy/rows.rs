//! Writing the rows of a home.

use super::connection::{Connection, For};
use super::home::{Home, Place};
use super::sql::{count, insert, named};
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

    /// How many rows `table` has.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn count(&mut self, table: &Table) -> Result<u64, LogError> {
        let sql = count(table, self.home.name, self.connection.dialect());
        self.connection.number(&sql).await
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

    /// Takes every row away. The log's events cannot be taken away like this.
    ///
    /// # Errors
    /// `Unavailable` when the database cannot be reached or refuses.
    pub async fn clear(&mut self) -> Result<(), LogError> {
        for table in self.home.tables.iter().rev() {
            let name = named(table, self.home.name, self.connection.dialect());
            self.connection.run(&format!("DELETE FROM {name}")).await?;
        }
        Ok(())
    }
}
