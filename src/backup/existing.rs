//! A backup that is there: what it says of itself, and whether that is true.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docket_eventlog::{
    Codec, EVENTS, Home, KEYS, KeyRing, LOG, Line, LogLook, MasterKey, Table, VerifiedLog,
    stored_event,
};

use super::BackupError;
use super::homes::{KEYS_DIRECTORY, file_name, path};
use super::keys::BackupKeys;
use super::lines::{LinesReader, check};
use super::manifest::{FILE, FileEntry, Manifest};

/// Where the data keys of a backup are.
#[derive(Debug, Clone, Copy)]
pub enum Keys<'a> {
    /// In the backup's own directory.
    Inside,
    /// In another directory.
    At(&'a Path),
    /// Nowhere: what they sealed is lost.
    Nowhere,
}

/// A backup that is there.
pub struct Backup {
    body: Part,
    keys: Option<Part>,
}

/// A directory with a manifest.
struct Part {
    directory: PathBuf,
    manifest: Manifest,
}

impl Backup {
    /// The backup in `directory`, with its keys. Nothing but the manifests is read yet.
    ///
    /// # Errors
    /// `NoBackup`, `NoKeys`; `Damaged` or `Newer` for a manifest; `OlderKeys`.
    pub fn open(directory: &Path, keys: Keys<'_>) -> Result<Self, BackupError> {
        if !directory.is_dir() {
            return Err(BackupError::NoBackup(directory.to_owned()));
        }
        let body = Part::open(directory)?;
        let inside = directory.join(KEYS_DIRECTORY);
        let keys = match keys {
            Keys::Inside => Some(inside.as_path()),
            Keys::At(keys) => Some(keys),
            Keys::Nowhere => None,
        };
        let keys = match keys {
            Some(keys) if !keys.is_dir() => return Err(BackupError::NoKeys(keys.to_owned())),
            Some(keys) => Some(Part::open(keys)?),
            None => None,
        };
        let backup = Self { body, keys };
        backup.check_keys_cover_the_log()?;
        Ok(backup)
    }

    /// What the backup says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.body.manifest
    }

    /// Whether the data keys are there.
    pub const fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// Looks whether `master` is the key that the data keys are wrapped by.
    ///
    /// # Errors
    /// `OtherMasterKey`.
    pub fn check_master_key(&self, master: &MasterKey) -> Result<(), BackupError> {
        let wrapped_by_another = |keys: &&Part| keys.manifest.master_key != master.fingerprint();
        match self.keys.as_ref().filter(wrapped_by_another) {
            Some(keys) => Err(BackupError::OtherMasterKey(keys.directory.clone())),
            None => Ok(()),
        }
    }

    /// Looks whether every file is byte for byte what was written. `tell` hears how many bytes were read, and
    /// how many there are.
    ///
    /// # Errors
    /// `Damaged`.
    pub fn check_files(&self, mut tell: impl FnMut(u64, u64)) -> Result<(), BackupError> {
        let parts = || [Some(&self.body), self.keys.as_ref()].into_iter().flatten();
        let total = parts().flat_map(|part| &part.manifest.files).map(|file| file.bytes).sum();
        let mut read = 0;
        for part in parts() {
            for file in &part.manifest.files {
                check(&part.directory, file)?;
                read += file.bytes;
                tell(read, total);
            }
        }
        Ok(())
    }

    /// Looks at the log event by event, as [`verify_log`](docket_eventlog::verify_log) does; with the keys and
    /// their `master`, also whether every event can be read. `tell` hears how many events were read, and how
    /// many there are. Takes memory for each stream, commit and key, some 150 bytes.
    ///
    /// # Errors
    /// `Faults` where it is not whole; `Damaged`.
    pub async fn check_log(
        &self,
        master: Option<&MasterKey>,
        mut tell: impl FnMut(u64, u64),
    ) -> Result<VerifiedLog, BackupError> {
        let codec = match (&self.keys, master) {
            (Some(keys), Some(master)) => Some(keys.codec(master).await?),
            _ => None,
        };
        let mut look = LogLook::up_to(self.manifest().head());
        let path = self.body.directory.join(path(&LOG, &EVENTS));
        let (mut rows, mut seen) = (self.rows(&LOG, &EVENTS)?, 0);
        while let Some(lines) = rows.next()? {
            let events: Result<Vec<_>, _> = lines.iter().map(stored_event).collect();
            let events = events.map_err(|error| BackupError::damaged(&path, error))?;
            look.page(&events, codec.as_ref()).await?;
            seen += events.len() as u64;
            tell(seen, self.manifest().position);
        }
        let found = look.found();
        let Some(first) = found.faults.first() else { return Ok(found) };
        Err(BackupError::Faults { path, first: first.to_string(), count: found.fault_count })
    }

    /// The rows of a table of the homes that are in the backup itself.
    pub(super) fn rows(&self, home: &Home, table: &Table) -> Result<TableRows, BackupError> {
        self.body.rows(&path(home, table))
    }

    /// The rows of a table of the keys; none without them.
    pub(super) fn rows_of_keys(&self, table: &Table) -> Result<TableRows, BackupError> {
        match &self.keys {
            Some(keys) => keys.rows(&file_name(table)),
            None => Ok(TableRows(None)),
        }
    }

    /// How many rows a table of the homes in the backup itself has.
    pub(super) fn count(&self, home: &Home, table: &Table) -> u64 {
        self.manifest().file(&path(home, table)).map_or(0, |file| file.rows)
    }

    /// Keys are made before the events that need them: those that were read after an event cover it.
    fn check_keys_cover_the_log(&self) -> Result<(), BackupError> {
        let Some(keys) = &self.keys else { return Ok(()) };
        if keys.manifest.master_key != self.manifest().master_key {
            let reason = "they are of another store, or of another master key, than the backup";
            return Err(BackupError::damaged(&keys.directory.join(FILE), reason));
        }
        let (path, log) = (keys.directory.clone(), self.manifest().position);
        match keys.manifest.position {
            keys if keys < log => Err(BackupError::OlderKeys { path, keys, log }),
            _ => Ok(()),
        }
    }
}

impl Part {
    fn open(directory: &Path) -> Result<Self, BackupError> {
        let path = directory.join(FILE);
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => BackupError::damaged(
                &path,
                "it is not there, and it is written last: this is no backup, or not a finished one",
            ),
            _ => BackupError::damaged(&path, error),
        })?;
        let manifest = Manifest::parse(&path, &text)?;
        Ok(Self { directory: directory.to_owned(), manifest })
    }

    fn rows(&self, path: &str) -> Result<TableRows, BackupError> {
        let file: Option<&FileEntry> = self.manifest.file(path);
        file.map(|file| LinesReader::open(&self.directory, file)).transpose().map(TableRows)
    }

    /// What opens the events that were sealed under these keys.
    async fn codec(&self, master: &MasterKey) -> Result<Codec, BackupError> {
        let keys = BackupKeys::default();
        for table in KEYS.tables {
            let mut rows = self.rows(&file_name(table))?;
            while let Some(lines) = rows.next()? {
                lines.iter().try_for_each(|line| keys.add(line))?;
            }
        }
        let ring = KeyRing::open(Arc::new(keys), master.clone()).await?;
        Ok(Codec::new(Arc::new(ring)))
    }
}

/// The rows of a table, page by page; none where the release that made the backup knew no such table.
pub(super) struct TableRows(Option<LinesReader>);

impl TableRows {
    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// As [`LinesReader::page`].
    pub(super) fn next(&mut self) -> Result<Option<Vec<Line>>, BackupError> {
        let Some(reader) = &mut self.0 else { return Ok(None) };
        Ok(Some(reader.page()?).filter(|lines| !lines.is_empty()))
    }
}
