//! The tables of a rebuild: made beside those in use, filled, and put in their place.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Executor as _, PgPool};

use super::db::Backend;
use super::ddl;
use super::parked::{ParkedWrite, park_in_postgres, park_in_sqlite};
use super::{Db, postgres, sqlite};
use crate::error::ViewsError;
use crate::registry::Entry;
use crate::rows::TableChanges;

/// What is put behind the names of the tables of a rebuild.
pub(crate) const NEXT: &str = "__next";

/// Holds off other rebuilds of the same projection for as long as it lives.
pub(crate) struct RebuildLock {
    connection: Option<sqlx::pool::PoolConnection<sqlx::Postgres>>,
}

impl RebuildLock {
    /// Lets others rebuild. Where the lock is dropped instead, its connection is closed, which gives it back.
    pub(crate) async fn release(self) -> Result<(), ViewsError> {
        if let Some(mut connection) = self.connection {
            connection.execute("SELECT pg_advisory_unlock_all()").await?;
        }
        Ok(())
    }
}

impl Db {
    /// Keeps other processes from rebuilding `entry`. On SQLite there is no other process.
    pub(crate) async fn lock_rebuild(&self, entry: &Entry) -> Result<RebuildLock, ViewsError> {
        let Backend::Postgres { write, .. } = &self.backend else {
            return Ok(RebuildLock { connection: None });
        };
        let mut connection = write.acquire().await?;
        connection.close_on_drop();
        let key = format!("docket rebuild {}", entry.name);
        let (locked,): (bool,) = sqlx::query_as("SELECT pg_try_advisory_lock(hashtext($1))")
            .bind(key)
            .fetch_one(&mut *connection)
            .await?;
        if !locked {
            return Err(ViewsError::RebuildUnderWay(entry.name));
        }
        Ok(RebuildLock { connection: Some(connection) })
    }

    /// Makes empty tables beside those of `entry`.
    pub(crate) async fn begin_shadow(&self, entry: &'static Entry) -> Result<(), ViewsError> {
        let generation = self.record(entry.name).await?.map_or(0, |record| record.generation) + 1;
        let mut statements = drop_all(entry, NEXT);
        for table in (entry.tables)() {
            statements.extend(ddl::create(&table, NEXT, generation, self.dialect()));
        }
        statements.push(Self::forget_parked(entry.name));
        statements.push(format!(
            "UPDATE projection SET rebuilt_to = 0, generation = {generation} WHERE name = '{}'",
            entry.name
        ));
        self.run_all(&statements).await
    }

    /// Writes a page into the tables of a rebuild, which has then come to `position`.
    pub(crate) async fn write_shadow(
        &self,
        entry: &'static Entry,
        position: i64,
        tables: &[TableChanges],
        parked: &[ParkedWrite],
    ) -> Result<(), ViewsError> {
        let park = self.park_sql();
        let reached =
            format!("UPDATE projection SET rebuilt_to = {position} WHERE name = '{}'", entry.name);
        match &self.backend {
            Backend::Sqlite { write, .. } => {
                let mut transaction = write.begin_with("BEGIN IMMEDIATE").await?;
                fill_sqlite(&mut transaction, tables).await?;
                park_in_sqlite(&mut transaction, &park, parked, true).await?;
                transaction.execute(reached.as_str()).await?;
                transaction.commit().await?;
            }
            Backend::Postgres { write, .. } => {
                let mut transaction = write.begin().await?;
                fill_postgres(&mut transaction, entry.group, tables).await?;
                park_in_postgres(&mut transaction, &park, parked, true).await?;
                transaction.execute(reached.as_str()).await?;
                transaction.commit().await?;
            }
        }
        Ok(())
    }

    /// Gives a rebuild up.
    pub(crate) async fn drop_shadow(&self, entry: &'static Entry) -> Result<(), ViewsError> {
        let mut statements = drop_all(entry, NEXT);
        let ended = "UPDATE projection SET rebuilt_to = NULL WHERE name =";
        statements.push(format!("{ended} '{}'", entry.name));
        statements.push(Self::forget_parked(entry.name));
        self.run_all(&statements).await
    }

    /// Puts the tables of a rebuild in the place of the others, where the group is at `position` just as they
    /// are; answers whether it was. Whoever leads has to gather the group anew. `left_out` are the events that somebody
    /// has given up and that still cannot be applied.
    pub(crate) async fn swap(
        &self,
        entry: &'static Entry,
        position: i64,
        left_out: &[u64],
    ) -> Result<bool, ViewsError> {
        let statements = swap_statements(entry, left_out);
        match &self.backend {
            Backend::Sqlite { write, .. } => {
                let mut transaction = write.begin_with("BEGIN IMMEDIATE").await?;
                let there = sqlx::query(STAND).bind(entry.group).bind(position);
                if there.execute(&mut *transaction).await?.rows_affected() == 0 {
                    return Ok(false);
                }
                for sql in &statements {
                    transaction.execute(sql.as_str()).await?;
                }
                transaction.commit().await?;
            }
            Backend::Postgres { write, .. } => {
                return swap_postgres(write, (entry, position), &statements).await;
            }
        }
        Ok(true)
    }
}

/// Ends the leader's turn, where the group is at a position; no page can be written until the end of the
/// transaction, and none by that leader after it.
const STAND: &str =
    "UPDATE projection_group SET fencing = fencing + 1 WHERE name = $1 AND position = $2";

async fn swap_postgres(
    pool: &PgPool,
    (entry, position): (&'static Entry, i64),
    statements: &[String],
) -> Result<bool, ViewsError> {
    let mut transaction = pool.begin().await?;
    // Whoever reads or writes a page holds the tables before the group: in the other order, two would wait
    // for each other.
    let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names(entry).join(", "));
    transaction.execute(LOCK_TIMEOUT).await?;
    let stands = match transaction.execute(lock.as_str()).await {
        Ok(_) => {
            let there = sqlx::query(STAND).bind(entry.group).bind(position);
            there.execute(&mut *transaction).await.map(|done| done.rows_affected() > 0)
        }
        Err(error) => Err(error),
    };
    match stands {
        Ok(true) => {}
        Ok(false) => return Ok(false),
        Err(error) if is_in_use(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    for sql in statements {
        transaction.execute(sql.as_str()).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// How long a swap waits for tables that are in use: shorter than PostgreSQL's `deadlock_timeout`, so that
/// where a question has taken two of them in another order it is the swap that gives way and comes again.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '500ms'";

/// Whether a lock was not to be had in time (`lock_not_available`, `deadlock_detected`).
fn is_in_use(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["55P03", "40P01"].contains(&&*code))
}

async fn fill_sqlite(
    connection: &mut SqliteConnection,
    tables: &[TableChanges],
) -> Result<(), ViewsError> {
    for changes in tables {
        sqlite::write_table(connection, changes, NEXT).await?;
    }
    Ok(())
}

async fn fill_postgres(
    connection: &mut PgConnection,
    group: &'static str,
    tables: &[TableChanges],
) -> Result<(), ViewsError> {
    let mut statement = postgres::Statement::default();
    statement.always();
    for changes in tables {
        statement.table(changes, NEXT)?;
    }
    statement.run(connection, group).await
}

fn names(entry: &Entry) -> Vec<String> {
    let tables = (entry.tables)();
    let names = tables.iter().flat_map(|table| {
        let party = table.parties.then(|| format!("{}_party", table.name));
        std::iter::once(table.name.to_owned()).chain(party)
    });
    names.collect()
}

fn drop_all(entry: &Entry, suffix: &str) -> Vec<String> {
    names(entry).iter().map(|name| format!("DROP TABLE IF EXISTS {name}{suffix}")).collect()
}

fn swap_statements(entry: &Entry, left_out: &[u64]) -> Vec<String> {
    let mut statements = drop_all(entry, "");
    let renames = names(entry).into_iter();
    statements.extend(renames.map(|name| format!("ALTER TABLE {name}{NEXT} RENAME TO {name}")));
    statements.push(format!(
        "UPDATE projection SET version = {}, stopped_at = NULL, error_position = NULL, \
         error = NULL, rebuilt_to = NULL WHERE name = '{}'",
        entry.version, entry.name,
    ));
    statements.extend(Db::swap_parked(entry.name));
    statements.push(Db::forget_skipped(entry.name, left_out));
    statements
}
