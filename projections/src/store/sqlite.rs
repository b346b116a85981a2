//! A page on SQLite: several rows for each statement, in a handful of sizes that stay prepared.

use std::ops::Range;

use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, Connection as _, SqlitePool};

use super::parked::{free_in_sqlite, park_in_sqlite};
use super::upsert::{insert_into, on_conflict};
use super::write::{PageWrite, STOP, Stop, Texts};
use crate::error::ViewsError;
use crate::rows::{Ids, TableChanges, Values};

/// The most rows of one statement, a power of two: with twenty columns they stay far below SQLite's 32,766
/// parameters.
const MAX_ROWS: usize = 256;

pub(super) async fn write(
    pool: &SqlitePool,
    page: PageWrite<'_>,
    texts: &Texts,
) -> Result<(), ViewsError> {
    let mut connection = pool.acquire().await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let sql = format!(
        "UPDATE projection_group SET position = ?, expires_at = {} \
         WHERE name = ? AND fencing = ? AND position = ?",
        texts.lease_end
    );
    let advanced = sqlx::query(&sql)
        .bind(page.to)
        .bind(page.group)
        .bind(page.fencing)
        .bind(page.from)
        .execute(&mut *transaction)
        .await?;
    if advanced.rows_affected() == 0 {
        return Err(ViewsError::LeaseLost(page.group));
    }
    for changes in page.tables {
        write_table(&mut transaction, changes, "").await?;
    }
    for stop in page.stops {
        write_stop(&mut transaction, stop).await?;
    }
    if let Some(freed) = page.freed {
        free_in_sqlite(&mut transaction, &texts.skip, freed).await?;
    }
    park_in_sqlite(&mut transaction, &texts.park, page.parked, false).await?;
    Ok(transaction.commit().await?)
}

/// Writes the changes of one table, whose name ends with `suffix`.
pub(super) async fn write_table(
    connection: &mut SqliteConnection,
    changes: &TableChanges,
    suffix: &str,
) -> Result<(), ViewsError> {
    let name = format!("{}{suffix}", changes.table.name);
    let party = format!("{}_party{suffix}", changes.table.name);
    let width = 2 + changes.table.columns.len() + usize::from(changes.table.doc);
    let (insert, conflict) = (insert_into(&changes.table, &name), on_conflict(&changes.table));
    for rows in chunks(changes.orgs.len()) {
        let sql = format!("{insert} VALUES {}{conflict}", tuples(rows.len(), width));
        run(connection, &sql, row_values(changes, rows)).await?;
    }
    let (orgs, ids) = &changes.removed;
    delete(connection, &format!("{name} WHERE (org_id, id)"), &[orgs, ids]).await?;
    let gone = changes.parties_out.each_ref();
    delete(connection, &format!("{party} WHERE (org_id, party, id)"), &gone).await?;
    let come = changes.parties_in.each_ref();
    for rows in chunks(come[0].len()) {
        let sql = format!("INSERT INTO {party} VALUES {}", tuples(rows.len(), come.len()));
        run(connection, &sql, texts(&come, rows)).await?;
    }
    Ok(())
}

async fn write_stop(connection: &mut SqliteConnection, stop: &Stop) -> Result<(), ViewsError> {
    sqlx::query(STOP)
        .bind(stop.projection)
        .bind(stop.stopped_at)
        .bind(stop.error_position)
        .bind(&stop.error)
        .execute(connection)
        .await?;
    Ok(())
}

async fn delete(
    connection: &mut SqliteConnection,
    keys: &str,
    columns: &[&Vec<String>],
) -> Result<(), ViewsError> {
    let total = columns.first().map_or(0, |column| column.len());
    for rows in chunks(total) {
        let sql = format!("DELETE FROM {keys} IN (VALUES {})", tuples(rows.len(), columns.len()));
        run(connection, &sql, texts(columns, rows)).await?;
    }
    Ok(())
}

async fn run(
    connection: &mut SqliteConnection,
    sql: &str,
    arguments: Result<SqliteArguments<'_>, sqlx::error::BoxDynError>,
) -> Result<(), ViewsError> {
    let arguments = arguments.map_err(sqlx::Error::Encode)?;
    sqlx::query_with(sql, arguments).execute(connection).await?;
    Ok(())
}

/// The rows `0..total` in runs whose lengths are powers of two, so that there are few different statements.
fn chunks(total: usize) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let left = total - at;
        let length = (0..=MAX_ROWS.ilog2()).rev().map(|bits| 1 << bits).find(|n| *n <= left)?;
        at += length;
        Some(at - length..at)
    })
}

/// `rows` times a tuple of `width` parameters.
fn tuples(rows: usize, width: usize) -> String {
    let tuple = format!("({})", vec!["?"; width].join(","));
    vec![tuple; rows].join(",")
}

type Bound<'a> = Result<SqliteArguments<'a>, sqlx::error::BoxDynError>;

fn texts<'a>(columns: &[&'a Vec<String>], rows: Range<usize>) -> Bound<'a> {
    let mut arguments = SqliteArguments::default();
    for row in rows {
        for column in columns {
            arguments.add(column.get(row).map(String::as_str))?;
        }
    }
    Ok(arguments)
}

fn row_values(changes: &TableChanges, rows: Range<usize>) -> Bound<'_> {
    let mut arguments = SqliteArguments::default();
    for row in rows {
        arguments.add(changes.orgs.get(row).map(String::as_str))?;
        match &changes.ids {
            Ids::Text(ids) => arguments.add(ids.get(row).map(String::as_str))?,
            Ids::Int(ids) => arguments.add(ids.get(row).copied())?,
        }
        for values in &changes.cells {
            match values {
                Values::Text(values) => {
                    arguments.add(values.get(row).and_then(|text| text.as_deref()))?;
                }
                Values::Int(values) => arguments.add(values.get(row).copied().flatten())?,
            }
        }
        if changes.table.doc {
            arguments.add(changes.docs.get(row).map(String::as_str))?;
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_every_row_once_in_powers_of_two() {
        for total in [0, 1, 25, 256, 1_000] {
            let chunks: Vec<_> = chunks(total).collect();
            let rows: Vec<_> = chunks.iter().cloned().flatten().collect();
            assert_eq!(rows, (0..total).collect::<Vec<_>>());
            assert!(chunks.iter().all(|chunk| chunk.len().is_power_of_two()));
        }
    }
}
