//! What can be configured.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Pools, Secret};
use crate::http::Mode;

macro_rules! settings {
    ($($(#[$doc:meta])* $(@$mark:ident)? $key:ident: $value:ty,)*) => {
        /// The effective configuration.
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Settings {
            $($(#[$doc])* pub $key: $value,)*
        }

        impl Settings {
            /// Every key, as `docket.toml` has it. The environment has each as `DOCKET_…` in capitals.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),*];
        }
    };
}

settings! {
    /// Where the server listens.
    listen: SocketAddr,
    /// The directory of the embedded store, of the master key, and of the lock that keeps it to one server.
    data_dir: PathBuf,
    /// The PostgreSQL database; `None` for the embedded store in the data directory.
    database_url: Option<Secret>,
    /// Where the event log is, if not in the database: PostgreSQL, or EventStoreDB (`esdb://`).
    events_url: Option<Secret>,
    /// The database as its tables' owner, for `docket migrate`; `None` where `database_url` may do that.
    migrate_url: Option<Secret>,
    /// Whom the server is for.
    mode: Mode,
    /// The master key, which wraps the keys that personal data is sealed under: 32 bytes in base64.
    master_key: Option<Secret>,
    /// A file that holds the master key.
    master_key_file: Option<PathBuf>,
    /// Sites whose pages may open a WebSocket, beside the server's own.
    #[serde(deserialize_with = "list")]
    origins: Vec<String>,
    /// Addresses or networks of proxies, which are believed on whom they have a request from.
    #[serde(deserialize_with = "list")]
    trusted_proxies: Vec<IpNet>,
    /// The most connections to PostgreSQL of this server for each of the log's readers, the keys and the snapshots.
    #[serde(deserialize_with = "number")]
    log_connections: u32,
    /// The most connections to PostgreSQL of this server that read the read models.
    #[serde(deserialize_with = "number")]
    views_connections: u32,
    /// The most connections to PostgreSQL of this server for sessions and passwords.
    #[serde(deserialize_with = "number")]
    identity_connections: u32,
    /// Whether states of long streams are kept, so that they need not be replayed from their first event.
    #[serde(deserialize_with = "switch")]
    snapshots: bool,
    /// What is logged, such as `info` or `docket=debug,warn`.
    log: String,
    /// How it is logged.
    log_format: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people; in colour on a terminal.
    #[default]
    Human,
    /// For machines: one JSON object a line.
    Json,
}

/// What holds where nothing else is said.
#[derive(Serialize)]
pub(super) struct Defaults {
    listen: &'static str,
    data_dir: &'static str,
    mode: Mode,
    origins: [&'static str; 0],
    trusted_proxies: [&'static str; 0],
    log_connections: u32,
    views_connections: u32,
    identity_connections: u32,
    snapshots: bool,
    log: &'static str,
    log_format: LogFormat,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080",
            data_dir: "./docket-data",
            mode: Mode::default(),
            origins: [],
            trusted_proxies: [],
            log_connections: Pools::DEFAULT.log,
            views_connections: Pools::DEFAULT.views,
            identity_connections: Pools::DEFAULT.identity,
            snapshots: true,
            log: "info,actix_server=warn",
            log_format: LogFormat::default(),
        }
    }
}

/// True or false, or a text that says so, as the environment has it.
fn switch<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Switch(bool),
        Text(String),
    }
    match Given::deserialize(from)? {
        Given::Switch(on) => Ok(on),
        Given::Text(text) => text.parse().map_err(|_| {
            serde::de::Error::custom(format!("`{text}` is neither `true` nor `false`"))
        }),
    }
}

/// A number, or a text that says one, as the environment has it.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Number(i64),
        Text(String),
    }
    let wrong =
        |given: &dyn std::fmt::Display| D::Error::custom(format!("`{given}` is no whole number"));
    match Given::deserialize(from)? {
        Given::Number(number) => u32::try_from(number).map_err(|_| wrong(&number)),
        Given::Text(text) => text.trim().parse().map_err(|_| wrong(&text)),
    }
}

/// A list, or a text of its entries with commas between them, as the environment has it.
fn list<'de, D: Deserializer<'de>, T: Entry>(from: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        List(Vec<String>),
        Text(String),
    }
    let entries = match Given::deserialize(from)? {
        Given::List(entries) => entries,
        Given::Text(text) => {
            let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            entries.map(str::to_owned).collect()
        }
    };
    entries.into_iter().map(|entry| T::read(entry).map_err(D::Error::custom)).collect()
}

/// What a list may consist of.
trait Entry: Sized {
    /// Reads one of them, or says what is wrong with it.
    fn read(text: String) -> Result<Self, String>;
}

impl Entry for String {
    fn read(text: String) -> Result<Self, String> {
        Ok(text)
    }
}

impl Entry for IpNet {
    fn read(text: String) -> Result<Self, String> {
        let address = || text.parse::<IpAddr>().map(Self::from);
        text.parse().or_else(|_| address()).map_err(|_| {
            format!("`{text}` is neither an address nor a network: write it as `10.0.0.0/8`")
        })
    }
}
