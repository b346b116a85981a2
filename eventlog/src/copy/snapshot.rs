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

    /// The rows of `table` after the row `after`, or from the first, in the order of their key; at most `limit`, and
    /// fewer of long ones. There are no more where there are none.
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

#[cfg(test)]
mod tests {
    use super::super::sql::PAGE_BYTES;
    use super::super::table::Kind::{Integer, Text};
    use super::*;
    use crate::sqlite::options;
    use sqlx::{ConnectOptions as _, Executor as _};

    const THINGS: Home = Home {
        name: "things",
        tables: &[Table { name: "thing", columns: &[("n", Integer), ("said", Text)], key: 1 }],
        at_start: &[],
    };

    #[tokio::test]
    async fn a_page_of_long_rows_has_fewer_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = options(&dir.path().join("things.db")).connect().await.unwrap();
        file.execute("CREATE TABLE thing (n bigint PRIMARY KEY, said text)").await.unwrap();
        file.execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 510) \
             INSERT INTO thing SELECT n, iif(n <= 500, 'a', hex(zeroblob(500000))) FROM numbers",
        )
        .await
        .unwrap();
        let place = Place::Directory(dir.path().to_owned());
        let mut snapshot = Snapshot::of(&THINGS, &place).await.unwrap();
        let (mut last, mut lengths, mut found) = (None, Vec::new(), Vec::new());
        loop {
            let mut page = snapshot.page(&THINGS.tables[0], last.as_ref(), 1_000).await.unwrap();
            let bytes: usize = page.iter().map(|line| line["said"].as_str().unwrap().len()).sum();
            assert!(bytes < PAGE_BYTES + 1_000_100, "{bytes}");
            found.extend(page.iter().map(|line| line["n"].as_u64().unwrap()));
            lengths.push(page.len());
            let Some(line) = page.pop() else { break };
            last = Some(line);
        }
        assert_eq!(found, (1..=510).collect::<Vec<_>>());
        assert_eq!(lengths, [505, 5, 0]);
    }
}
