//! What a server is started with.

use std::path::PathBuf;

use docket_eventlog::MasterKey;

use crate::http::Mode;
use crate::workers::Judge;

/// What a server is started with, whatever it was read from.
#[derive(Clone)]
pub struct Settings {
    /// Where the embedded store lies, and the master key where no other is given. Made when it is missing.
    pub data_dir: PathBuf,
    /// The PostgreSQL database; `None` for the embedded store.
    pub database_url: Option<String>,
    /// Whom the server is for.
    pub mode: Mode,
    /// Sites whose pages may open a WebSocket, beside the server's own.
    pub origins: Vec<String>,
    /// Whose clock says that a timer is due.
    pub judge: Judge,
    /// The key that wraps all data keys; `None` for the one in the data directory.
    pub master_key: Option<MasterKey>,
}
