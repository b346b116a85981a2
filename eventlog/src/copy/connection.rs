//! One connection to a home, in either database.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::query::QueryScalar;
use sqlx::sqlite::SqliteConnection;
use sqlx::{ConnectOptions as _, Executor as _};

use super::home::{Home, Place};
use super::sql::{Dialect, named};
use super::table::Table;
use crate::LogError;
use crate::sqlite::{options, unavailable};

/// One connection to a home.
pub(super) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Reading,
    Writing,
}

impl Connection {
    /// Connects to a home that is there.
    pub(super) async fn open(home: &str, place: &Place, what_for: For) -> Result<Self, LogError> {
        match place {
            Place::Directory(directory) => {
                let options = options(&directory.join(format!("{home}.db")));
                let options = options.create_if_missing(false).read_only(what_for == For::Reading);
                options.connect().await.map(Self::Sqlite)
            }
            Place::Database(url) => {
                let options: PgConnectOptions = url.parse().map_err(unavailable)?;
                // Nobody gives up what takes long between two statements.
                let options = options
                    .application_name("docket copy")
                    .options([("idle_in_transaction_session_timeout", "0")]);
                options.connect().await.map(Self::Postgres)
            }
        }
        .map_err(unavailable)
    }

    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction that writes.
    pub(super) async fn begin(&mut self) -> Result<(), LogError> {
        self.run(match self.dialect() {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        })
        .await
    }

    /// Runs statements without parameters.
    pub(super) async fn run(&mut self, sql: &str) -> Result<(), LogError> {
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
            Self::Postgres(connection) => connection.execute(sql).await.map(drop),
        }
        .map_err(unavailable)
    }

    /// Runs a statement over `text`; answers how many rows it wrote.
    pub(super) async fn write(&mut self, sql: &str, text: &str) -> Result<u64, LogError> {
        match self {
            Self::Sqlite(connection) => {
                let done = sqlx::query(sql).bind(text).execute(connection).await;
                done.map(|done| done.rows_affected())
            }
            Self::Postgres(connection) => {
                let done = sqlx::query(sql).bind(text).execute(connection).await;
                done.map(|done| done.rows_affected())
            }
        }
        .map_err(unavailable)
    }

    /// The texts that a statement answers.
    pub(super) async fn texts(
        &mut self,
        sql: &str,
        bound: &[String],
    ) -> Result<Vec<String>, LogError> {
        match self {
            Self::Sqlite(connection) => {
                let query = bound.iter().fold(sqlx::query_scalar(sql), QueryScalar::bind);
                query.fetch_all(connection).await
            }
            Self::Postgres(connection) => {
                let query = bound.iter().fold(sqlx::query_scalar(sql), QueryScalar::bind);
                query.fetch_all(connection).await
            }
        }
        .map_err(unavailable)
    }

    /// How many rows of a table say something.
    pub(super) async fn counts(&mut self, home: &Home, table: &Table) -> Result<u64, LogError> {
        let name = named(table, home.name, self.dialect());
        let rows = home.says_nothing(table);
        self.number(&format!("SELECT count(*) FROM {name} WHERE NOT ({rows})")).await
    }

    /// The one number that a statement answers.
    pub(super) async fn number(&mut self, sql: &str) -> Result<u64, LogError> {
        let number: i64 = match self {
            Self::Sqlite(connection) => sqlx::query_scalar(sql).fetch_one(connection).await,
            Self::Postgres(connection) => sqlx::query_scalar(sql).fetch_one(connection).await,
        }
        .map_err(unavailable)?;
        Ok(number.unsigned_abs())
    }
}
