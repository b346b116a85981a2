//! The homes of what Docket keeps: the log, the identity store, the keys, the read models, the snapshots.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::{
    EventStore, KeyRing, KeyStore, LogError, MasterKey, PostgresKeys, PostgresSnapshots,
    PostgresStore, SnapshotStore, SqliteKeys, SqliteSnapshots, SqliteStore, guarded, pool_of,
};
use docket_projections::Views;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};

use super::{LogPlace, Settings, StartError};
use crate::config::is_eventstoredb;
use crate::identity::IdentityStore;

/// Connections to PostgreSQL for what is done once, one statement after the other.
pub(super) const FEW: u32 = 2;

/// The file of the master key in the data directory, where no other key is given.
const MASTER_KEY: &str = "master.key";

/// The homes, open and up to date.
pub struct Stores {
    /// The events.
    pub events: Arc<dyn EventStore>,
    /// The data keys of subjects.
    pub ring: Arc<KeyRing>,
    /// Password hashes, sessions, API keys.
    pub identity: IdentityStore,
    /// The read models.
    pub views: Views,
    /// States of long streams; `None` where none are kept.
    pub snapshots: Option<Arc<dyn SnapshotStore>>,
    /// What the server's role could do to the log in PostgreSQL beyond appending to it, in words; `None` where it could
    /// not.
    pub excess: Option<String>,
    /// Held as long as the stores are open; nobody else may use the data directory meanwhile.
    _lock: Option<File>,
}

impl Stores {
    /// Opens them and brings their tables up to date.
    ///
    /// # Errors
    /// Those of [`StartError`].
    pub async fn open(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Self, StartError> {
        let dir = settings.data_dir.as_path();
        std::fs::create_dir_all(dir)
            .map_err(|source| StartError::DataDir { path: dir.to_owned(), source })?;
        let master = match &settings.master_key {
            Some(master) => master.clone(),
            None => MasterKey::read_or_create(&dir.join(MASTER_KEY))?,
        };
        Self::open_with(settings, master, clock).await
    }

    /// The same for a store that is there already: nothing is made where there is none.
    ///
    /// # Errors
    /// `NoStore` where there is none; those of [`StartError`].
    pub async fn open_existing(
        settings: &Settings,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        settings.log_place().find(clock).await?;
        Self::open_with(settings, master_key(settings)?, clock).await
    }

    async fn open_with(
        settings: &Settings,
        master: MasterKey,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let dir = settings.data_dir.as_path();
        reach_all(settings).await?;
        let lock = lock_data_dir(settings)?;
        let url = settings.database_url.as_deref();
        // The log says first whether the store may be opened at all.
        let (events, excess) = settings.log_place().open(settings.pools.log, clock).await?;
        let keys = keys(url, dir, settings.pools.log, clock).await?;
        Ok(Self {
            events,
            ring: Arc::new(KeyRing::open(keys, master).await?),
            identity: identity(url, dir, settings.pools.identity).await?,
            views: views(url, dir, settings.pools.views).await?,
            snapshots: if settings.snapshots { snapshots(settings).await } else { None },
            excess,
            _lock: lock,
        })
    }
}

/// Opens nothing but the log of a store that is there already, to read it. That is safe beside a server
/// that uses the same data directory.
///
/// # Errors
/// `NoStore` where there is none; those of [`StartError`].
pub async fn read_log(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn EventStore>, StartError> {
    settings.log_place().find(clock).await?;
    settings.log_place().open_to_read(settings.pools.log, clock).await
}

/// Opens nothing but the keys of a store that is there already.
///
/// # Errors
/// Those of [`StartError`].
pub async fn read_keys(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<KeyRing>, StartError> {
    let url = settings.database_url.as_deref();
    let keys = keys(url, &settings.data_dir, settings.pools.log, clock).await?;
    Ok(Arc::new(KeyRing::open(keys, master_key(settings)?).await?))
}

/// Brings the schemas in PostgreSQL up to date, as their owner. A log on EventStoreDB has none.
///
/// # Errors
/// Those of [`StartError`].
pub async fn migrate(url: &str, events_url: Option<&str>) -> Result<(), StartError> {
    let log_url = events_url.unwrap_or(url);
    if !is_eventstoredb(log_url) {
        PostgresStore::migrate(&pool(log_url, "migrate", FEW).await?).await?;
    }
    PostgresKeys::migrate(&pool(url, "migrate", FEW).await?).await?;
    PostgresSnapshots::migrate(&pool(url, "migrate", FEW).await?).await?;
    IdentityStore::open_postgres(url, FEW).await?.migrate().await?;
    views(Some(url), Path::new(""), FEW).await?.close().await;
    Ok(())
}

/// Makes the tables of the homes that a restore writes, and of the read models, as their owner, in a store that may be
/// half restored. A log on EventStoreDB has none.
///
/// # Errors
/// Those of [`StartError`].
pub async fn make_homes(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<(), StartError> {
    let (url, dir) = (settings.database_url.as_deref(), settings.data_dir.as_path());
    reach_all(settings).await?;
    keys(url, dir, FEW, clock).await?;
    identity(url, dir, FEW).await?.close().await;
    views(url, dir, FEW).await?.close().await;
    match settings.log_place() {
        LogPlace::Postgres(url) => {
            PostgresStore::migrate(&pool(url, "migrate", FEW).await?).await?;
        }
        LogPlace::Embedded(dir) => drop(SqliteStore::open(dir, Arc::clone(clock)).await?),
        LogPlace::EventStoreDb(_) => {}
    }
    Ok(())
}

/// Takes the data directory of an embedded store for this process alone, and makes it where it is missing;
/// `None` for a store in PostgreSQL. It is given back when what is answered is dropped.
///
/// # Errors
/// `DataDirInUse`, `DataDir`.
pub fn lock_data_dir(settings: &Settings) -> Result<Option<File>, StartError> {
    if settings.database_url.is_some() {
        return Ok(None);
    }
    let dir = settings.data_dir.as_path();
    std::fs::create_dir_all(dir)
        .map_err(|source| StartError::DataDir { path: dir.to_owned(), source })?;
    lock(dir).map(Some)
}

/// The master key of a store that is there already.
///
/// # Errors
/// `MasterKey` where none is given and there is none in the data directory.
pub fn master_key(settings: &Settings) -> Result<MasterKey, StartError> {
    match &settings.master_key {
        Some(master) => Ok(master.clone()),
        None => Ok(MasterKey::read(&settings.data_dir.join(MASTER_KEY))?),
    }
}

async fn keys(
    url: Option<&str>,
    dir: &Path,
    connections: u32,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn KeyStore>, StartError> {
    let clock = Arc::clone(clock);
    Ok(match url {
        Some(url) => {
            let pool = pool(url, "keys", connections).await?;
            Arc::new(PostgresKeys::connect(pool, clock).await?)
        }
        None => Arc::new(SqliteKeys::open(dir, clock).await?),
    })
}

async fn identity(
    url: Option<&str>,
    dir: &Path,
    connections: u32,
) -> Result<IdentityStore, StartError> {
    let identity = match url {
        Some(url) => IdentityStore::open_postgres(url, connections).await?,
        None => IdentityStore::open_sqlite(dir).await?,
    };
    identity.migrate().await?;
    Ok(identity)
}

async fn views(url: Option<&str>, dir: &Path, readers: u32) -> Result<Views, StartError> {
    // A process number alone is the same in every container.
    let node = format!("{} {:016x}", std::process::id(), rand::random::<u64>());
    Ok(match url {
        Some(url) => Views::connect_postgres(url, readers, &node).await?,
        None => Views::open_sqlite(dir).await?,
    })
}

/// The snapshots; none where they cannot be had, for nothing depends on them.
async fn snapshots(settings: &Settings) -> Option<Arc<dyn SnapshotStore>> {
    let opened = match &settings.database_url {
        Some(url) => postgres_snapshots(url, settings.pools.log).await,
        None => SqliteSnapshots::open(&settings.data_dir).await.map(|store| Arc::new(store) as _),
    };
    let told = |error: &LogError| tracing::warn!(%error, "there are no snapshots");
    opened.inspect_err(told).ok()
}

async fn postgres_snapshots(
    url: &str,
    connections: u32,
) -> Result<Arc<dyn SnapshotStore>, LogError> {
    let pool = pool(url, "snapshots", connections).await;
    let pool = pool.map_err(|error| LogError::Unavailable(error.to_string()))?;
    Ok(Arc::new(PostgresSnapshots::connect(pool).await?))
}

/// Reaches every database in PostgreSQL that the settings name.
async fn reach_all(settings: &Settings) -> Result<(), StartError> {
    let urls = settings.database_url.iter().chain(&settings.events_url);
    for url in urls.filter(|url| !is_eventstoredb(url)) {
        reach(url).await?;
    }
    Ok(())
}

/// Connects once: a pool would try for half a minute, and then not say why it could not.
async fn reach(url: &str) -> Result<(), StartError> {
    let connected = PgConnection::connect(url).await.map_err(|error| match &error {
        sqlx::Error::Io(io) if io.kind() == ErrorKind::NotFound && url.contains("sslrootcert") => {
            StartError::Certificate(error)
        }
        _ => error.into(),
    });
    connected?.close().await.map_err(StartError::from)
}

pub(super) async fn pool(url: &str, home: &str, connections: u32) -> Result<PgPool, StartError> {
    let options = url.parse::<PgConnectOptions>()?.application_name(&format!("docket {home}"));
    Ok(pool_of(connections).connect_with(guarded(options)).await?)
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
