//! The homes that a backup is made of, and restored into.

use docket_eventlog::{Home, KEYS, LOG, Place, Table};

use super::BackupError;
use crate::app::{LogPlace, Settings};
use crate::identity::IDENTITY;

/// The homes whose rows are in the backup itself; the keys are in a directory of their own.
pub(super) const IN_BACKUP: [&Home; 2] = [&LOG, &IDENTITY];

/// The directory of the keys in a backup.
pub(super) const KEYS_DIRECTORY: &str = KEYS.name;

/// Where the homes of a store are.
#[derive(Debug, Clone)]
pub struct Homes {
    /// The log.
    pub log: Place,
    /// All others.
    pub others: Place,
}

impl Homes {
    /// Those that `settings` name.
    ///
    /// # Errors
    /// `LogElsewhere` for a log on EventStoreDB.
    pub fn of(settings: &Settings) -> Result<Self, BackupError> {
        let directory = || Place::Directory(settings.data_dir.clone());
        let database = |url: &str| Place::Database(url.to_owned());
        let log = match settings.log_place() {
            LogPlace::Embedded(_) => directory(),
            LogPlace::Postgres(url) => database(url),
            LogPlace::EventStoreDb(_) => return Err(BackupError::LogElsewhere),
        };
        let others = settings.database_url.as_deref().map_or_else(directory, database);
        Ok(Self { log, others })
    }

    /// The kind of store, as a manifest has it.
    pub(super) const fn kind(&self) -> &'static str {
        match self.log {
            Place::Directory(_) => "sqlite",
            Place::Database(_) => "postgres",
        }
    }

    /// Where `home` is.
    pub(super) fn place(&self, home: &Home) -> &Place {
        if home.name == LOG.name { &self.log } else { &self.others }
    }
}

/// The path of a table's file in a backup.
pub(super) fn path(home: &Home, table: &Table) -> String {
    format!("{}/{}", home.name, file_name(table))
}

/// The name of a table's file.
pub(super) fn file_name(table: &Table) -> String {
    format!("{}.jsonl.zst", table.name)
}
