//! The read models' database, ready to be asked.

use docket_eventlog::PostgresHome;
use sqlx::migrate::MigrateError;

use super::Db;
use super::db::Backend;
use super::ddl;
use crate::error::ViewsError;
use crate::registry::{self, Entry};
use crate::runner::Progress;

/// The read models' schema.
const HOME: PostgresHome =
    PostgresHome { schema: "views", migrations: sqlx::migrate!("../migrations/postgres/views") };

/// The database of the read models. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Views {
    pub(crate) db: Db,
    pub(crate) progress: Progress,
}

impl Views {
    /// How many statements have been read with so far; tests count those of one request by it.
    pub fn statements(&self) -> u64 {
        self.db.reads()
    }

    /// Closes every connection, and waits until they are closed.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Makes what is not there yet.
    pub(super) async fn prepare(db: Db) -> Result<Self, ViewsError> {
        let migrated = match &db.backend {
            Backend::Sqlite { write, .. } => {
                sqlx::migrate!("../migrations/sqlite/views").run(write).await
            }
            Backend::Postgres { write, .. } => HOME.migrate(write).await,
        };
        migrated.map_err(|error: MigrateError| ViewsError::Unavailable(error.to_string()))?;
        for entry in registry::PROJECTIONS {
            db.enter(entry).await?;
        }
        Ok(Self { db, progress: Progress::new() })
    }
}

impl Db {
    /// Makes the tables of a projection that is not known yet.
    async fn enter(&self, entry: &Entry) -> Result<(), ViewsError> {
        let group = format!(
            "INSERT INTO projection_group (name) VALUES ('{}') ON CONFLICT DO NOTHING",
            entry.group
        );
        self.run_all(&[group]).await?;
        if self.record(entry.name).await?.is_some() {
            return Ok(());
        }
        // A new projection of a group that has moved on begins as one of version 0: it has to be built.
        let mut statements = vec![format!(
            "INSERT INTO projection (name, group_name, version) SELECT '{}', name, \
             CASE WHEN position = 0 THEN {} ELSE 0 END FROM projection_group WHERE name = '{}'",
            entry.name, entry.version, entry.group,
        )];
        for table in (entry.tables)() {
            statements.extend(ddl::create(&table, "", 0, self.dialect()));
        }
        match self.run_all(&statements).await {
            // Another node has made them at the same moment.
            Err(_) if self.record(entry.name).await?.is_some() => Ok(()),
            made => made,
        }
    }
}
