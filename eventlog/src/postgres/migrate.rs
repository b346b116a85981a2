//! Schemas and their tables.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

/// A schema and the migrations that make its tables.
pub struct PostgresHome {
    /// The schema's name.
    pub schema: &'static str,
    /// What makes its tables, and the table that says how far it has come.
    pub migrations: Migrator,
}

/// Two nodes that start together both find no schema; the second one's attempt fails with one of these.
const EXISTS: [&str; 2] = ["23505", "42P06"];

impl PostgresHome {
    /// Brings the schema up to date. A role that may not make tables can do so once they are.
    ///
    /// # Errors
    /// When the database cannot be reached, or refuses.
    pub async fn migrate(&self, pool: &PgPool) -> Result<(), MigrateError> {
        if self.is_current(pool).await? {
            return Ok(());
        }
        let mut connection = self.connect(pool).await?;
        self.create_schema(&mut connection).await?;
        self.migrations.run_direct(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// Whether the schema has been made.
    ///
    /// # Errors
    /// When the database cannot be reached, or refuses.
    pub async fn exists(&self, pool: &PgPool) -> Result<bool, sqlx::Error> {
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables \
                   WHERE schemaname = $1 AND tablename = '_sqlx_migrations')";
        sqlx::query_scalar(sql).bind(self.schema).fetch_one(pool).await
    }

    /// A connection that finds the migrations' own table in the schema.
    async fn connect(&self, pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
        let options = PgConnectOptions::clone(&pool.connect_options());
        // An index of a large table takes its time.
        options.options([("search_path", self.schema), ("statement_timeout", "0")]).connect().await
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

    async fn is_current(&self, pool: &PgPool) -> Result<bool, sqlx::Error> {
        if !self.exists(pool).await? {
            return Ok(false);
        }
        let sql = format!("SELECT count(*) FROM {}._sqlx_migrations WHERE success", self.schema);
        let done: i64 = sqlx::query_scalar(&sql).fetch_one(pool).await?;
        Ok(usize::try_from(done).is_ok_and(|done| done >= self.migrations.iter().count()))
    }
}
