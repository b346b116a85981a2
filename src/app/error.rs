//! Why a server does not start.

use std::path::PathBuf;

use docket_eventlog::{LogError, MasterKeyError};
use docket_projections::ViewsError;

use crate::identity::{IdentityError, StoreError};

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be made or used.
    #[error("the data directory {path} cannot be used: {source}")]
    DataDir {
        /// The directory.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Another server uses the data directory.
    #[error(
        "another docket uses the data directory {path}: stop it first, or name another directory \
         (--data-dir)"
    )]
    DataDirInUse {
        /// The directory.
        path: PathBuf,
    },
    /// There is no store where one was looked for.
    #[error("there is no store in {place}: `docket serve` makes one (--data-dir, --database-url)")]
    NoStore {
        /// Where it was looked for.
        place: String,
    },
    /// The master key is of no use.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Database(sqlx::Error),
    /// Who answers at the database's address cannot show that it is the database.
    #[error(
        "the database's certificate cannot be checked: {0}; name the certificate of the authority that signed it in \
         the URL (sslrootcert=FILE), and the host as the certificate has it"
    )]
    Certificate(sqlx::Error),
    /// EventStoreDB cannot be used as the log.
    #[error(
        "EventStoreDB cannot be used: {0}; see that it runs where --events-url says, such as \
         esdb://host:2113?tls=true, and that its certificate is one that this machine trusts"
    )]
    EventStoreDb(LogError),
    /// The log or its keys cannot be opened.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The read models cannot be opened.
    #[error(transparent)]
    Views(#[from] ViewsError),
    /// The identity store cannot be opened.
    #[error(transparent)]
    IdentityStore(#[from] StoreError),
    /// The identity service does not start.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The address cannot be listened on, or the schema is of no use.
    #[error("{0}")]
    Http(String),
}

impl From<sqlx::Error> for StartError {
    fn from(error: sqlx::Error) -> Self {
        let words = error.to_string();
        let is_of_tls = matches!(error, sqlx::Error::Tls(_)) || words.contains("certificate");
        if is_of_tls { Self::Certificate(error) } else { Self::Database(error) }
    }
}
