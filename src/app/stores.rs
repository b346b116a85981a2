//! The four homes of what Docket keeps: the log, the identity store, the keys, the read models.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::{
    EventStore, KeyRing, KeyStore, MasterKey, PostgresKeys, PostgresStore, SqliteKeys, SqliteStore,
};
use docket_projections::Views;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use super::{Settings, StartError};
use crate::identity::IdentityStore;

/// Connections to PostgreSQL for reading the log and the keys, on each node.
const LOG_CONNECTIONS: u32 = 16;
/// Connections to PostgreSQL for reading the read models, on each node.
const VIEW_READERS: u32 = 16;

/// The four homes, open and up to date.
pub struct Stores {
    /// The events.
    pub events: Arc<dyn EventStore>,
    /// The data keys of subjects.
    pub ring: Arc<KeyRing>,
    /// Password hashes, sessions, API keys.
    pub identity: IdentityStore,
    /// The read models.
    pub views: Views,
    /// Held as long as the stores are open; nobody else may use the data directory meanwhile.
    _lock: Option<File>,
}

impl Stores {
    /// Opens all four and brings their tables up to date.
    ///
    /// # Errors
    /// Those of [`StartError`].
    pub async fn open(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Self, StartError> {
        let dir = settings.data_dir.as_path();
        std::fs::create_dir_all(dir)
            .map_err(|source| StartError::DataDir { path: dir.to_owned(), source })?;
        let master = match &settings.master_key {
            Some(master) => master.clone(),
            None => MasterKey::read_or_create(&dir.join("master.key"))?,
        };
        let lock = match settings.database_url {
            Some(_) => None,
            None => Some(lock(dir)?),
        };
        let url = settings.database_url.as_deref();
        let keys = keys(url, dir, clock).await?;
        let identity = match url {
            Some(url) => IdentityStore::open_postgres(url).await?,
            None => IdentityStore::open_sqlite(dir).await?,
        };
        identity.migrate().await?;
        Ok(Self {
            events: events(settings.events_url.as_deref().or(url), dir, clock).await?,
            ring: Arc::new(KeyRing::open(keys, master).await?),
            identity,
            views: views(url, dir).await?,
            _lock: lock,
        })
    }
}

async fn events(
    url: Option<&str>,
    dir: &Path,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn EventStore>, StartError> {
    let clock = Arc::clone(clock);
    Ok(match url {
        Some(url) => Arc::new(PostgresStore::connect(pool(url, "log").await?, clock).await?),
        None => Arc::new(SqliteStore::open(dir, clock).await?),
    })
}

async fn keys(
    url: Option<&str>,
    dir: &Path,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn KeyStore>, StartError> {
    let clock = Arc::clone(clock);
    Ok(match url {
        Some(url) => Arc::new(PostgresKeys::connect(pool(url, "keys").await?, clock).await?),
        None => Arc::new(SqliteKeys::open(dir, clock).await?),
    })
}

async fn views(url: Option<&str>, dir: &Path) -> Result<Views, StartError> {
    let node = std::process::id().to_string();
    Ok(match url {
        Some(url) => Views::connect_postgres(url, VIEW_READERS, &node).await?,
        None => Views::open_sqlite(dir).await?,
    })
}

async fn pool(url: &str, home: &str) -> Result<PgPool, StartError> {
    let options = url.parse::<PgConnectOptions>()?.application_name(&format!("docket {home}"));
    Ok(PgPoolOptions::new().max_connections(LOG_CONNECTIONS).connect_with(options).await?)
}

/// Takes the data directory for this process alone.
fn lock(dir: &Path) -> Result<File, StartError> {
    let failed = |source| StartError::DataDir { path: dir.to_owned(), source };
    let open = OpenOptions::new().create(true).truncate(false).write(true).open(dir.join("lock"));
    let file = open.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(StartError::DataDirInUse { path: dir.to_owned() })
        }
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}
