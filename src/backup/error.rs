//! Why there is no backup, or nothing is restored from it.

use std::path::{Path, PathBuf};

use docket_eventlog::{LogError, MasterKeyError, RestoreError};

use crate::app::StartError;

/// Why there is no backup, or nothing is restored from it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something where the backup should be.
    #[error("{} is there already: a backup makes a directory of its own", .0.display())]
    Exists(PathBuf),
    /// The log is not where a backup is made of it.
    #[error(
        "the log is on EventStoreDB: back it up, and restore it, by the means of its own server, and the rest by \
         those of the database; a backup by docket is of a log in PostgreSQL or in the data directory"
    )]
    LogElsewhere,
    /// There is no directory where a backup was looked for.
    #[error("there is no backup at {}: it is a directory with a manifest.json", .0.display())]
    NoBackup(PathBuf),
    /// There are no keys where they were looked for.
    #[error(
        "there are no keys in {}: put them back there, say where they are (--keys-from), or restore without \
         them (--without-keys), which leaves every personal value unreadable for good", .0.display()
    )]
    NoKeys(PathBuf),
    /// A file is not what was written.
    #[error("the backup is damaged: {}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A later release made it, in a way that this one does not know.
    #[error(
        "{}: the backup has the format {format}, and this release knows formats up to {known}: restore it \
         with the release that made it, or a later one", path.display()
    )]
    Newer {
        /// The manifest.
        path: PathBuf,
        /// Its format.
        format: u64,
        /// The newest format that this release knows.
        known: u64,
    },
    /// What is in it is not a whole log.
    #[error("{}: the log in it is not whole: {first} ({count} faults)", path.display())]
    Faults {
        /// The file of the events.
        path: PathBuf,
        /// The first fault.
        first: String,
        /// How many there are.
        count: u64,
    },
    /// There is no master key.
    #[error(
        "{0}; it has to be the master key of the store that was backed up (DOCKET_MASTER_KEY or \
         DOCKET_MASTER_KEY_FILE, or that file)"
    )]
    NoMasterKey(MasterKeyError),
    /// The master key is another one.
    #[error(
        "the master key is not the one that the keys in {} were wrapped by: configure that one \
         (DOCKET_MASTER_KEY or DOCKET_MASTER_KEY_FILE)", .0.display()
    )]
    OtherMasterKey(PathBuf),
    /// The keys are of an earlier backup than the log.
    #[error(
        "the keys in {} are those up to position {keys}, and the backup goes up to {log}: take the keys of \
         this backup, or of a later one", path.display()
    )]
    OlderKeys {
        /// The directory of the keys.
        path: PathBuf,
        /// The position up to which they are whole.
        keys: u64,
        /// The last position of the backup.
        log: u64,
    },
    /// A file cannot be written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The store is not restored into.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// The store cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The store cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl BackupError {
    pub(super) fn damaged(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.to_string() }
    }

    /// What `std::io` says of `path`.
    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }
}
