//! Where the event log is, and opening it there.

use std::path::Path;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::{EventStore, PostgresStore, SqliteStore};
use sqlx::postgres::PgConnectOptions;

use super::stores::{FEW, pool};
use super::{Settings, StartError};
use crate::config::is_eventstoredb;

/// Where the event log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPlace<'a> {
    /// In a file of the data directory.
    Embedded(&'a Path),
    /// In the PostgreSQL database at this URL.
    Postgres(&'a str),
    /// On the EventStoreDB server or cluster of this connection string.
    EventStoreDb(&'a str),
}

impl Settings {
    /// Where the event log is.
    pub fn log_place(&self) -> LogPlace<'_> {
        match self.events_url.as_deref().or(self.database_url.as_deref()) {
            Some(url) if is_eventstoredb(url) => LogPlace::EventStoreDb(url),
            Some(url) => LogPlace::Postgres(url),
            None => LogPlace::Embedded(&self.data_dir),
        }
    }
}

impl LogPlace<'_> {
    /// Opens the log, and makes it where there is none; with what the server's role could do to it that it need not.
    pub(super) async fn open(
        self,
        connections: u32,
        clock: &Arc<dyn Clock>,
    ) -> Result<(Arc<dyn EventStore>, Option<String>), StartError> {
        match self {
            Self::Embedded(dir) => {
                Ok((Arc::new(SqliteStore::open(dir, Arc::clone(clock)).await?), None))
            }
            Self::Postgres(url) => {
                let store = postgres(url, connections, clock).await?;
                let excess = store.excess().await?;
                let options = url.parse::<PgConnectOptions>()?;
                let told = excess.map(|excess| {
                    let role = options.get_username();
                    format!("the role `{role}` {excess}: give the server one that can append alone")
                });
                Ok((Arc::new(store), told))
            }
            Self::EventStoreDb(url) => Ok((eventstoredb(url, Arc::clone(clock)).await?, None)),
        }
    }

    /// Opens a log that is there already, to read it.
    pub(super) async fn open_to_read(
        self,
        connections: u32,
        clock: &Arc<dyn Clock>,
    ) -> Result<Arc<dyn EventStore>, StartError> {
        Ok(match self {
            Self::Embedded(dir) => {
                Arc::new(SqliteStore::open_to_read(dir, Arc::clone(clock)).await?)
            }
            Self::Postgres(url) => Arc::new(postgres(url, connections, clock).await?),
            Self::EventStoreDb(url) => eventstoredb(url, Arc::clone(clock)).await?,
        })
    }

    /// Looks whether there is a log.
    ///
    /// # Errors
    /// `NoStore` where there is none.
    pub(super) async fn find(self, clock: &Arc<dyn Clock>) -> Result<(), StartError> {
        let (found, place) = match self {
            Self::Embedded(dir) => {
                (SqliteStore::is_in(dir), format!("the data directory {}", dir.display()))
            }
            Self::Postgres(url) => {
                let pool = pool(url, "log", FEW).await?;
                (PostgresStore::exists(&pool).await?, "the database".to_owned())
            }
            Self::EventStoreDb(url) => {
                let head = eventstoredb(url, Arc::clone(clock)).await?.head().await?;
                (head.position > 0, "EventStoreDB".to_owned())
            }
        };
        if found { Ok(()) } else { Err(StartError::NoStore { place }) }
    }
}

async fn postgres(
    url: &str,
    connections: u32,
    clock: &Arc<dyn Clock>,
) -> Result<PostgresStore, StartError> {
    let pool = pool(url, "log", connections).await?;
    Ok(PostgresStore::connect(pool, Arc::clone(clock)).await?)
}

#[cfg(feature = "eventstoredb")]
async fn eventstoredb(url: &str, clock: Arc<dyn Clock>) -> Result<Arc<dyn EventStore>, StartError> {
    match docket_eventlog::EventStoreDb::connect(url, clock).await {
        Ok(store) => Ok(Arc::new(store)),
        Err(error) => Err(StartError::EventStoreDb(error)),
    }
}

#[cfg(not(feature = "eventstoredb"))]
async fn eventstoredb(_: &str, _: Arc<dyn Clock>) -> Result<Arc<dyn EventStore>, StartError> {
    let why = "this docket was built without it (feature `eventstoredb`)".to_owned();
    Err(StartError::EventStoreDb(docket_eventlog::LogError::Unavailable(why)))
}
