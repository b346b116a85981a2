//! One statement on either database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};
use sea_query_binder::{SqlxBinder, SqlxValues};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, PgPool, SqlitePool};

use crate::error::ViewsError;

/// The database, with its connections for reading apart from those for writing.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    pub(super) backend: Backend,
    reads: Arc<AtomicU64>,
}

#[derive(Debug, Clone)]
pub(super) enum Backend {
    Sqlite {
        read: SqlitePool,
        /// One connection: SQLite has one writer at a time, and waiting here is fair.
        write: SqlitePool,
    },
    Postgres {
        read: PgPool,
        /// One connection for each group, with plans made once.
        write: PgPool,
    },
}

/// A statement in the words of the database.
pub(crate) struct Question {
    sql: String,
    values: SqlxValues,
}

impl Db {
    pub(super) fn new(backend: Backend) -> Self {
        Self { backend, reads: Arc::default() }
    }

    /// How many statements have been read with so far.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Takes the statement, which must not be held over an `await`.
    #[expect(clippy::needless_pass_by_value, reason = "a statement is not `Send`")]
    pub(crate) fn question(&self, statement: SelectStatement) -> Question {
        let (sql, values) = match self.backend {
            Backend::Sqlite { .. } => statement.build_sqlx(SqliteQueryBuilder),
            Backend::Postgres { .. } => statement.build_sqlx(PostgresQueryBuilder),
        };
        Question { sql, values }
    }

    /// The rows that answer a statement.
    pub(crate) async fn ask<T>(&self, question: Question) -> Result<Vec<T>, ViewsError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let Question { sql, values } = question;
        Ok(match &self.backend {
            Backend::Sqlite { read, .. } => {
                sqlx::query_as_with(&sql, values).fetch_all(read).await?
            }
            Backend::Postgres { read, .. } => {
                sqlx::query_as_with(&sql, values).fetch_all(read).await?
            }
        })
    }
}
