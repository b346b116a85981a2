//! The mark that a home carries while it is being restored. Only the log's keeps anybody away: that of another home
//! says whose the rows in it are, and one that is left behind once the log is whole says nothing any more.

use sqlx::postgres::PgPool;
use sqlx::sqlite::SqliteConnection;

use super::connection::Connection;
use super::home::LOG;
use super::sql::Dialect;
use crate::LogError;

/// The table that is there from the first row of a restore until all is written. Its one row is the restore's own
/// id, so that none takes away what another has written, or a server.
const TABLE: &str = "unfinished_restore";

/// What a store says that is opened while it is half restored.
pub(crate) const HALF_RESTORED: &str = "a restore into this store was not finished, and nothing may use it until \
    one is: begin it anew with `docket restore --start-over`";

/// By which restore the home is marked; `None` where it is not. Its tables need not be there.
pub(super) async fn marked_by(
    connection: &mut Connection,
    home: &str,
) -> Result<Option<String>, LogError> {
    if !has_table(connection, home, TABLE).await? {
        return Ok(None);
    }
    let sql = format!("SELECT id FROM {}", name(connection.dialect(), home));
    // A mark without an id is nobody's: what it stands for cannot be told from what others have written.
    Ok(Some(connection.texts(&sql, &[]).await?.pop().unwrap_or_default()))
}

/// Marks the home, in the transaction that the connection is in.
pub(super) async fn mark(
    connection: &mut Connection,
    home: &str,
    id: &str,
) -> Result<(), LogError> {
    unmark(connection, home).await?;
    let table = name(connection.dialect(), home);
    connection.run(&format!("CREATE TABLE {table} (id text NOT NULL)")).await?;
    connection.write(&format!("INSERT INTO {table} VALUES ($1)"), id).await.map(drop)
}

/// Takes the mark away, in the transaction that the connection is in.
pub(super) async fn unmark(connection: &mut Connection, home: &str) -> Result<(), LogError> {
    let table = name(connection.dialect(), home);
    connection.run(&format!("DROP TABLE IF EXISTS {table}")).await
}

/// Whether the home has a table of this name.
pub(super) async fn has_table(
    connection: &mut Connection,
    home: &str,
    table: &str,
) -> Result<bool, LogError> {
    let sql = find(connection.dialect(), home, table);
    Ok(connection.number(&sql).await? > 0)
}

/// Whether a restore of the log into the database was not finished.
pub(crate) async fn is_unfinished_postgres(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let sql = find(Dialect::Postgres, LOG.name, TABLE);
    let marks: i64 = sqlx::query_scalar(&sql).fetch_one(pool).await?;
    Ok(marks > 0)
}

/// Whether a restore of the log into the file was not finished.
pub(crate) async fn is_unfinished_sqlite(
    connection: &mut SqliteConnection,
) -> Result<bool, sqlx::Error> {
    let sql = find(Dialect::Sqlite, LOG.name, TABLE);
    let marks: i64 = sqlx::query_scalar(&sql).fetch_one(connection).await?;
    Ok(marks > 0)
}

fn find(dialect: Dialect, home: &str, table: &str) -> String {
    match dialect {
        Dialect::Sqlite => {
            format!("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{table}'")
        }
        Dialect::Postgres => format!(
            "SELECT count(*) FROM pg_catalog.pg_tables \
             WHERE schemaname = '{home}' AND tablename = '{table}'"
        ),
    }
}

fn name(dialect: Dialect, home: &str) -> String {
    match dialect {
        Dialect::Sqlite => TABLE.to_owned(),
        Dialect::Postgres => format!("{home}.{TABLE}"),
    }
}
