//! One statement on either database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use docket_eventlog::timely;
use sea_query::{Expr, PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};
use sea_query_binder::{SqlxBinder, SqlxValues};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor as _, FromRow, PgPool, SqlitePool};

use super::ddl::Dialect;
use crate::error::ViewsError;
use crate::table::Table;

/// The database, with its connections for reading apart from those for writing.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    pub(super) backend: Backend,
    node: Arc<str>,
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

impl Question {
    /// A statement without parameters.
    pub(super) fn plain(sql: String) -> Self {
        Self { sql, values: SqlxValues(sea_query::Values(Vec::new())) }
    }
}

impl Db {
    pub(super) fn new(backend: Backend, node: &str) -> Self {
        Self { backend, node: node.into(), reads: Arc::default() }
    }

    pub(super) async fn close(&self) {
        match &self.backend {
            Backend::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Backend::Postgres { read, write } => {
                read.close().await;
                write.close().await;
            }
        }
    }

    /// What this process is called where it holds a lease.
    pub(super) fn node(&self) -> &str {
        &self.node
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        match self.backend {
            Backend::Sqlite { .. } => Dialect::Sqlite,
            Backend::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Runs statements without parameters in one transaction.
    pub(crate) async fn run_all(&self, statements: &[String]) -> Result<(), ViewsError> {
        match &self.backend {
            Backend::Sqlite { write, .. } => {
                let mut transaction = write.begin_with("BEGIN IMMEDIATE").await?;
                for sql in statements {
                    transaction.execute(sql.as_str()).await?;
                }
                transaction.commit().await?;
            }
            Backend::Postgres { write, .. } => {
                let mut transaction = write.begin().await?;
                for sql in statements {
                    transaction.execute(sql.as_str()).await?;
                }
                transaction.commit().await?;
            }
        }
        Ok(())
    }

    /// Whether the database is part of this process, and so has no clock of its own.
    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self.backend, Backend::Sqlite { .. })
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

    /// As [`Self::question`], of a statement that does not say yet what it selects: rows as documents. The
    /// columns of a table without documents are put together as an array.
    pub(crate) fn page_question(&self, mut statement: SelectStatement, table: &Table) -> Question {
        statement.expr(Expr::cust(self.doc(table)));
        self.question(statement)
    }

    /// How a row's document is selected.
    pub(crate) fn doc(&self, table: &Table) -> String {
        match self.backend {
            _ if table.doc => "doc".to_owned(),
            Backend::Sqlite { .. } => format!("json_array({})", names(table)),
            Backend::Postgres { .. } => format!("json_build_array({})::text", names(table)),
        }
    }

    /// The rows that answer a statement.
    pub(crate) async fn ask<T>(&self, question: Question) -> Result<Vec<T>, ViewsError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.look(question).await
    }

    /// The same for what the server asks by itself, which belongs to no request and is not counted.
    pub(crate) async fn look<T>(&self, question: Question) -> Result<Vec<T>, ViewsError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let Question { sql, values } = question;
        Ok(match &self.backend {
            Backend::Sqlite { read, .. } => {
                sqlx::query_as_with(&sql, values).fetch_all(read).await?
            }
            Backend::Postgres { read, .. } => {
                timely(sqlx::query_as_with(&sql, values).fetch_all(read)).await?
            }
        })
    }
}

fn names(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| column.name);
    ["id"].into_iter().chain(columns).collect::<Vec<_>>().join(", ")
}
