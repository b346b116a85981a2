//! Schemas and their tables.

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use super::open::unavailable;
use crate::LogError;

/// A schema and the migrations that make its tables.
pub(super) struct Home {
    pub(super) schema: &'static str,
    pub(super) migrations: Migrator,
}

/// Two nodes that start together both find no schema; the second one's attempt fails with one of these.
const EXISTS: [&str; 2] = ["23505", "42P06"];

impl Home {
    /// Brings the schema up to date. A role that may not make tables can do so once they are.
    pub(super) async fn migrate(&self, pool: &PgPool) -> Result<(), LogError> {
        if self.is_current(pool).await? {
            return Ok(());
        }
        let mut connection = self.connect(pool).await.map_err(unavailable)?;
        self.create_schema(&mut connection).await.map_err(unavailable)?;
        self.migrations.run_direct(&mut connection).await.map_err(unavailable)?;
        connection.close().await.map_err(unavailable)
    }

    /// A connection that finds the migrations' own table in the schema.
    async fn connect(&self, pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
        let options = PgConnectOptions::clone(&pool.connect_options());
        options.options([("search_path", self.schema)]).connect().await
    }

    async fn create_schema(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let create = format!("CREATE SCHEMA IF NOT EXISTS {}", self.schema);
        let created = connection.execute(create.as_str()).await;
        match created {
            Err(sqlx::Error::Database(error))
                if error.code().is_some_and(|code| EXISTS.contains(&&*code)) =>
            {
                Ok(())
            }
            created => created.map(drop),
        }
    }

    async fn is_current(&self, pool: &PgPool) -> Result<bool, LogError> {
        let table = format!("{}._sqlx_migrations", self.schema);
        let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
            .bind(&table)
            .fetch_one(pool)
            .await
            .map_err(unavailable)?;
        if !exists {
            return Ok(false);
        }
        let sql = format!("SELECT count(*) FROM {table} WHERE success");
        let done: i64 = sqlx::query_scalar(&sql).fetch_one(pool).await.map_err(unavailable)?;
        Ok(usize::try_from(done).is_ok_and(|done| done >= self.migrations.iter().count()))
    }
}
