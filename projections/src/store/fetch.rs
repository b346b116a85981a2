//! Reading the rows that a page touches, one statement for each table.

use docket_eventlog::timely;
use sea_query::{Alias, Expr, Query, SelectStatement};

use super::Db;
use super::db::Backend;
use crate::error::ViewsError;
use crate::rows::{Loaded, Missing};

/// Keys of one statement on SQLite: their parameters stay far below 32,766.
const MAX_KEYS: usize = 1_000;

impl Db {
    /// The documents of these rows, those that exist. `suffix` is put behind the table's name.
    pub(crate) async fn fetch(
        &self,
        missing: &Missing,
        suffix: &str,
    ) -> Result<Vec<Loaded>, ViewsError> {
        let name = format!("{}{suffix}", missing.table.name);
        match &self.backend {
            Backend::Sqlite { .. } => {
                let mut rows = Vec::new();
                let keys: Vec<_> = missing.orgs.iter().zip(&missing.ids).collect();
                for keys in keys.chunks(MAX_KEYS) {
                    rows.extend(self.ask(self.question(by_keys(&name, keys))).await?);
                }
                Ok(rows)
            }
            Backend::Postgres { write, .. } => {
                let sql = format!(
                    "SELECT t.org_id, t.doc FROM UNNEST($1::text[], $2::text[]) AS k (org_id, id) \
                     JOIN {name} t ON t.org_id = k.org_id AND t.id = k.id"
                );
                let found = sqlx::query_as(&sql).bind(&missing.orgs).bind(&missing.ids);
                Ok(timely(found.fetch_all(write)).await?)
            }
        }
    }
}

fn by_keys(name: &str, keys: &[(&String, &String)]) -> SelectStatement {
    let column = |name| Expr::col(Alias::new(name)).into();
    let keys = keys.iter().map(|(org, id)| (org.as_str(), id.as_str()));
    Query::select()
        .columns([Alias::new("org_id"), Alias::new("doc")])
        .from(Alias::new(name))
        .and_where(Expr::tuple([column("org_id"), column("id")]).in_tuples(keys))
        .to_owned()
}
