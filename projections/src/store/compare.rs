//! What tells the rows of a rebuild from those in use.

use sqlx::{Executor as _, Postgres, Transaction};

use super::db::Backend;
use super::upsert::columns;
use super::{Db, NEXT};
use crate::error::ViewsError;
use crate::registry::Entry;
use crate::runner::Difference;

/// Keeps a group where it is for as long as it lives: whoever leads waits with the next page.
pub(crate) struct Hold {
    transaction: Option<Transaction<'static, Postgres>>,
}

impl Hold {
    async fn release(self) -> Result<(), ViewsError> {
        match self.transaction {
            Some(transaction) => Ok(transaction.rollback().await?),
            None => Ok(()),
        }
    }
}

const POSITION: &str = "SELECT position FROM projection_group WHERE name = $1";

/// A question after rows that are on one side alone.
struct Side {
    table: String,
    /// How many columns the key has.
    key: usize,
    live: bool,
    sql: String,
}

impl Db {
    /// Keeps `group` where it is. On SQLite nobody is kept: who moves it is in the same process.
    pub(crate) async fn hold(&self, group: &'static str) -> Result<Hold, ViewsError> {
        let Backend::Postgres { read, .. } = &self.backend else {
            return Ok(Hold { transaction: None });
        };
        let mut transaction = read.begin().await?;
        let sql = "SELECT position FROM projection_group WHERE name = $1 FOR UPDATE";
        sqlx::query(sql).bind(group).fetch_optional(&mut *transaction).await?;
        Ok(Hold { transaction: Some(transaction) })
    }

    /// The first `limit` differences between the rows in use and those of a rebuild, of each table and side,
    /// as they all are at the moment at which `hold` is let go; `None` where the group is not at `position`
    /// then.
    pub(crate) async fn compare(
        &self,
        entry: &'static Entry,
        position: u64,
        hold: Hold,
        limit: usize,
    ) -> Result<Option<Vec<Difference>>, ViewsError> {
        let mut differences = Vec::new();
        // The first statement that reads fixes what the others see.
        match &self.backend {
            Backend::Sqlite { read, .. } => {
                let mut transaction = read.begin().await?;
                let at = sqlx::query_scalar(POSITION).bind(entry.group);
                let at: i64 = at.fetch_one(&mut *transaction).await?;
                if at != position.cast_signed() {
                    return Ok(None);
                }
                for side in self.sides(entry, limit) {
                    let rows = sqlx::query_scalar(&side.sql).fetch_all(&mut *transaction).await?;
                    differences.extend(side.told(rows));
                }
            }
            Backend::Postgres { read, .. } => {
                let mut transaction = read.begin().await?;
                let at_once = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
                transaction.execute(at_once).await?;
                // Whole tables are compared.
                transaction.execute("SET LOCAL statement_timeout = 0").await?;
                let at = sqlx::query_scalar(POSITION).bind(entry.group);
                let at: i64 = at.fetch_one(&mut *transaction).await?;
                hold.release().await?;
                if at != position.cast_signed() {
                    return Ok(None);
                }
                for side in self.sides(entry, limit) {
                    let rows = sqlx::query_scalar(&side.sql).fetch_all(&mut *transaction).await?;
                    differences.extend(side.told(rows));
                }
            }
        }
        Ok(Some(differences))
    }

    fn sides(&self, entry: &Entry, limit: usize) -> Vec<Side> {
        let mut sides = Vec::new();
        for table in (entry.tables)() {
            let all: Vec<_> = columns(&table).collect();
            sides.extend(self.both(table.name, &all, 2, limit));
            if table.parties {
                let party = format!("{}_party", table.name);
                sides.extend(self.both(&party, &["org_id", "party", "id"], 3, limit));
            }
        }
        sides
    }

    fn both(&self, table: &str, columns: &[&str], key: usize, limit: usize) -> [Side; 2] {
        let columns = columns.join(", ");
        let row = match self.backend {
            Backend::Sqlite { .. } => format!("json_array({columns})"),
            Backend::Postgres { .. } => format!("json_build_array({columns})::text"),
        };
        let next = format!("{table}{NEXT}");
        [(true, table, next.as_str()), (false, &next, table)].map(|(live, has, lacks)| {
            let sql = format!(
                "SELECT {row} FROM {has} EXCEPT SELECT {row} FROM {lacks} ORDER BY 1 LIMIT {limit}"
            );
            Side { table: table.to_owned(), key, live, sql }
        })
    }
}

impl Side {
    fn told(self, rows: Vec<String>) -> impl Iterator<Item = Difference> {
        rows.into_iter().map(move |row| {
            let key = key(&row, self.key);
            let (live, rebuilt) = if self.live { (Some(row), None) } else { (None, Some(row)) };
            Difference { table: self.table.clone(), key, live, rebuilt }
        })
    }
}

/// The first columns of a row that is a JSON array.
fn key(row: &str, columns: usize) -> String {
    let values: Vec<serde_json::Value> = serde_json::from_str(row).unwrap_or_default();
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    values.into_iter().take(columns).map(text).collect::<Vec<_>>().join(" ")
}
