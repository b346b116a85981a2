//! The options that every subcommand takes.

use std::path::PathBuf;

use crate::config::Flags;

/// Options over the environment (`DOCKET_…`) over `docket.toml`.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Options {
    /// The configuration file, instead of ./docket.toml; or set `DOCKET_CONFIG`
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Where the server listens [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", global = true)]
    listen: Option<String>,
    /// The directory of the embedded store and the master key [default: ./docket-data]
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<String>,
    /// A PostgreSQL database, instead of the embedded store
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
    /// Where the event log is, if not in the database: postgres://, or esdb:// for EventStoreDB
    #[arg(long, value_name = "URL", global = true)]
    events_url: Option<String>,
    /// development or production [default: development]
    #[arg(long, value_name = "MODE", global = true)]
    mode: Option<String>,
    /// The most connections to PostgreSQL for the log, the keys and the snapshots, each [default: 16]
    #[arg(long, value_name = "N", global = true)]
    log_connections: Option<String>,
    /// The most connections to PostgreSQL that read the read models [default: 16]
    #[arg(long, value_name = "N", global = true)]
    views_connections: Option<String>,
    /// The most connections to PostgreSQL for sessions and passwords [default: 8]
    #[arg(long, value_name = "N", global = true)]
    identity_connections: Option<String>,
    /// Whether states of long streams are kept: true or false [default: true]
    #[arg(long, value_name = "BOOL", global = true)]
    snapshots: Option<String>,
    /// What is logged, such as info or docket=debug,warn [default: `info,actix_server=warn`]
    #[arg(long, value_name = "FILTER", global = true)]
    log: Option<String>,
    /// How it is logged: human or json [default: human]
    #[arg(long, value_name = "FORMAT", global = true)]
    log_format: Option<String>,
}

impl From<Options> for Flags {
    fn from(options: Options) -> Self {
        let settings = [
            ("listen", options.listen),
            ("data_dir", options.data_dir),
            ("database_url", options.database_url),
            ("events_url", options.events_url),
            ("mode", options.mode),
            ("log_connections", options.log_connections),
            ("views_connections", options.views_connections),
            ("identity_connections", options.identity_connections),
            ("snapshots", options.snapshots),
            ("log", options.log),
            ("log_format", options.log_format),
        ];
        let given = settings.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self { file: options.config, settings: given.collect() }
    }
}
