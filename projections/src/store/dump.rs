//! Every row of a table as text, in the order of keys, the same on both databases.

use super::Db;
use super::db::{Backend, Question};
use super::upsert::columns;
use crate::error::ViewsError;
use crate::table::Table;

/// Rows that are read at once.
const ROWS: usize = 1_000;

impl Db {
    /// Calls `line` with every row of a table and of its parties. `suffix` is put behind the tables' names.
    pub(crate) async fn dump(
        &self,
        table: &Table,
        suffix: &str,
        line: &mut (dyn FnMut(&str, String) + Send),
    ) -> Result<(), ViewsError> {
        let names: Vec<_> = columns(table).collect();
        self.dump_table(table.name, suffix, &names, &["org_id", "id"], line).await?;
        if table.parties {
            let party = format!("{}_party", table.name);
            let key = ["org_id", "party", "id"];
            self.dump_table(&party, suffix, &key, &key, line).await?;
        }
        Ok(())
    }

    async fn dump_table(
        &self,
        name: &str,
        suffix: &str,
        columns: &[&str],
        key: &[&str],
        line: &mut (dyn FnMut(&str, String) + Send),
    ) -> Result<(), ViewsError> {
        let (array, text) = match self.backend {
            Backend::Sqlite { .. } => ("json_array", ""),
            Backend::Postgres { .. } => ("json_build_array", "::text"),
        };
        let (columns, key) = (columns.join(", "), key.join(", "));
        for page in 0.. {
            let sql = format!(
                "SELECT {array}({columns}){text} FROM {name}{suffix} ORDER BY {key} \
                 LIMIT {ROWS} OFFSET {}",
                page * ROWS
            );
            let rows = self.ask::<(String,)>(Question::plain(sql)).await?;
            for (row,) in &rows {
                line(name, canonical(row)?);
            }
            if rows.len() < ROWS {
                break;
            }
        }
        Ok(())
    }
}

/// The databases put different spaces between the values.
fn canonical(row: &str) -> Result<String, ViewsError> {
    let corrupt = |error: serde_json::Error| ViewsError::Unavailable(error.to_string());
    let values: Vec<serde_json::Value> = serde_json::from_str(row).map_err(corrupt)?;
    serde_json::to_string(&values).map_err(corrupt)
}
