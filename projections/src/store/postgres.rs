//! A page on PostgreSQL: one statement, whatever it touches.
//!
//! Each table's changes are a part of it, over arrays whose length does not change its text, and each part
//! is joined to the part that moves the checkpoint: where another node leads, that finds no row, and
//! nothing is written.

use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::{Acquire as _, Arguments as _, PgPool};

use super::parked::{free_in_postgres, park_in_postgres};
use super::upsert::{columns, insert_into, on_conflict};
use super::write::{PageWrite, STOP, Stop, Texts};
use crate::error::ViewsError;
use crate::rows::{Ids, TableChanges, Values};
use crate::table::Kind;

pub(super) async fn write(
    pool: &PgPool,
    page: PageWrite<'_>,
    texts: &Texts,
) -> Result<(), ViewsError> {
    let mut statement = Statement::default();
    statement.advance(&page, &texts.lease_end)?;
    for changes in page.tables {
        statement.table(changes, "")?;
    }
    let mut connection = pool.acquire().await?;
    if page.stops.is_empty() && page.parked.is_empty() && page.freed.is_none() {
        return statement.run(&mut connection, page.group).await;
    }
    let mut transaction = connection.begin().await?;
    statement.run(&mut transaction, page.group).await?;
    for stop in page.stops {
        write_stop(&mut transaction, stop).await?;
    }
    if let Some(freed) = page.freed {
        free_in_postgres(&mut transaction, &texts.skip, freed).await?;
    }
    park_in_postgres(&mut transaction, &texts.park, page.parked, false).await?;
    Ok(transaction.commit().await?)
}

async fn write_stop(connection: &mut PgConnection, stop: &Stop) -> Result<(), ViewsError> {
    sqlx::query(STOP)
        .bind(stop.projection)
        .bind(stop.stopped_at)
        .bind(stop.error_position)
        .bind(&stop.error)
        .execute(connection)
        .await?;
    Ok(())
}

/// A statement of several parts, with what it is run with.
#[derive(Default)]
pub(super) struct Statement {
    parts: Vec<String>,
    arguments: PgArguments,
}

impl Statement {
    fn advance(&mut self, page: &PageWrite<'_>, lease_end: &str) -> Result<(), ViewsError> {
        let [to, group] = [self.bind(page.to)?, self.bind(page.group)?];
        let [fencing, from] = [self.bind(page.fencing)?, self.bind(page.from)?];
        self.parts.push(format!(
            "page AS (UPDATE projection_group SET position = ${to}, expires_at = {lease_end} \
             WHERE name = ${group} AND fencing = ${fencing} AND position = ${from} RETURNING 1)"
        ));
        Ok(())
    }

    /// A part that stands for the page where no checkpoint moves.
    pub(super) fn always(&mut self) {
        self.parts.push("page AS (SELECT 1)".to_owned());
    }

    /// Adds the changes of one table, whose name ends with `suffix`.
    pub(super) fn table(&mut self, changes: &TableChanges, suffix: &str) -> Result<(), ViewsError> {
        // A page comes to a megabyte or two, which would be moved again and again as it grows.
        self.arguments.reserve(0, changes.bytes());
        let name = format!("{}{suffix}", changes.table.name);
        let party = format!("{}_party{suffix}", changes.table.name);
        if !changes.orgs.is_empty() {
            self.upsert(changes, &name)?;
        }
        let (orgs, ids) = &changes.removed;
        self.delete(&name, &["org_id", "id"], &[orgs, ids])?;
        let key = ["org_id", "party", "id"];
        self.delete(&party, &key, &changes.parties_out.each_ref())?;
        let come = changes.parties_in.each_ref();
        if !come[0].is_empty() {
            let from = self.unnest(&key, &come)?;
            self.part(&format!("INSERT INTO {party} SELECT u.* FROM page, {from}"));
        }
        Ok(())
    }

    fn upsert(&mut self, changes: &TableChanges, name: &str) -> Result<(), ViewsError> {
        let mut arrays = vec![format!("${}::text[]", self.bind(&changes.orgs)?)];
        arrays.push(match &changes.ids {
            Ids::Text(ids) => format!("${}::text[]", self.bind(ids)?),
            Ids::Int(ids) => format!("${}::bigint[]", self.bind(ids)?),
        });
        for (values, column) in changes.cells.iter().zip(changes.table.columns) {
            let at = match values {
                Values::Text(values) => self.bind(values)?,
                Values::Int(values) => self.bind(values)?,
            };
            arrays.push(format!("${at}::{}", array(column.kind)));
        }
        if changes.table.doc {
            arrays.push(format!("${}::text[]", self.bind(&changes.docs)?));
        }
        let names = columns(&changes.table).collect::<Vec<_>>().join(", ");
        self.part(&format!(
            "{} SELECT u.* FROM page, UNNEST({}) AS u ({names}){}",
            insert_into(&changes.table, name),
            arrays.join(", "),
            on_conflict(&changes.table),
        ));
        Ok(())
    }

    fn delete(
        &mut self,
        name: &str,
        key: &[&str],
        columns: &[&Vec<String>],
    ) -> Result<(), ViewsError> {
        if columns.first().is_none_or(|column| column.is_empty()) {
            return Ok(());
        }
        let from = self.unnest(key, columns)?;
        let same: Vec<_> = key.iter().map(|column| format!("t.{column} = u.{column}")).collect();
        self.part(&format!("DELETE FROM {name} t USING page, {from} WHERE {}", same.join(" AND ")));
        Ok(())
    }

    fn unnest(&mut self, names: &[&str], columns: &[&Vec<String>]) -> Result<String, ViewsError> {
        let mut arrays = Vec::with_capacity(columns.len());
        for column in columns {
            arrays.push(format!("${}::text[]", self.bind(*column)?));
        }
        Ok(format!("UNNEST({}) AS u ({})", arrays.join(", "), names.join(", ")))
    }

    fn part(&mut self, sql: &str) {
        self.parts.push(format!("part{} AS ({sql})", self.parts.len()));
    }

    /// Adds a value, and answers its number.
    fn bind<'a, T>(&mut self, value: T) -> Result<usize, ViewsError>
    where
        T: sqlx::Encode<'a, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + 'a,
    {
        self.arguments.add(value).map_err(sqlx::Error::Encode)?;
        Ok(self.arguments.len())
    }

    /// Runs it.
    ///
    /// # Errors
    /// `LeaseLost` when its first part found no row.
    pub(super) async fn run(
        self,
        connection: &mut PgConnection,
        group: &'static str,
    ) -> Result<(), ViewsError> {
        let sql = format!("WITH {} SELECT 1 FROM page", self.parts.join(", "));
        let found = sqlx::query_with(&sql, self.arguments).fetch_optional(connection).await?;
        found.map(drop).ok_or(ViewsError::LeaseLost(group))
    }
}

/// The type of an array of a column's values.
const fn array(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Words => "text[]",
        Kind::Int | Kind::Time => "bigint[]",
    }
}
