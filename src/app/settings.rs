//! What a server is started with.

use std::path::PathBuf;

use docket_eventlog::MasterKey;
use ipnet::IpNet;

use super::StartError;
use crate::config::{self, Pools};
use crate::http::Mode;
use crate::workers::Judge;

/// What a server is started with, whatever it was read from.
#[derive(Clone)]
pub struct Settings {
    /// Where the embedded store lies, and the master key where no other is given. Made when it is missing.
    pub data_dir: PathBuf,
    /// The PostgreSQL database; `None` for the embedded store.
    pub database_url: Option<String>,
    /// The PostgreSQL database of the event log, where that is another; or the connection string of EventStoreDB.
    pub events_url: Option<String>,
    /// Whether this process records metrics; one server of a process may.
    pub metrics: bool,
    /// Whom the server is for.
    pub mode: Mode,
    /// Sites whose pages may open a WebSocket, beside the server's own.
    pub origins: Vec<String>,
    /// Proxies that are believed on whom they have a request from.
    pub proxies: Vec<IpNet>,
    /// How many connections to PostgreSQL there may be.
    pub pools: Pools,
    /// Whether states of long streams are kept.
    pub snapshots: bool,
    /// Whose clock says that a timer is due.
    pub judge: Judge,
    /// The key that wraps all data keys; `None` for the one in the data directory.
    pub master_key: Option<MasterKey>,
}

impl TryFrom<config::Settings> for Settings {
    type Error = StartError;

    fn try_from(settings: config::Settings) -> Result<Self, StartError> {
        let master_key = match (&settings.master_key, &settings.master_key_file) {
            (Some(key), _) => Some(MasterKey::parse(key.expose())?),
            (None, Some(file)) => Some(MasterKey::read(file)?),
            (None, None) => None,
        };
        let pools = Pools::from(&settings);
        Ok(Self {
            pools,
            data_dir: settings.data_dir,
            database_url: settings.database_url.map(|url| url.expose().to_owned()),
            events_url: settings.events_url.map(|url| url.expose().to_owned()),
            metrics: true,
            mode: settings.mode,
            origins: settings.origins,
            proxies: settings.trusted_proxies,
            snapshots: settings.snapshots,
            master_key,
            judge: Judge::Database,
        })
    }
}
