//! What a backup says of itself.

use std::path::Path;

use chrono::{DateTime, Utc};
use docket_eventlog::Head;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::BackupError;

/// The manifest's file, in the directory of what it is of.
pub(super) const FILE: &str = "manifest.json";

/// The format that this release writes, and the newest that it reads.
const FORMAT: u64 = 1;

/// The member that holds the hash of all others.
const SEAL: &str = "sha256";

/// What a backup, or its keys, says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// How it is written.
    pub format: u64,
    /// The release that made it.
    pub docket: String,
    /// The kind of store that it was made of: `sqlite` or `postgres`. It can be restored into either.
    pub store: String,
    /// When it was begun.
    pub taken_at: DateTime<Utc>,
    /// The last event that is in it.
    pub position: u64,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By what the master key is known that wraps the data keys.
    pub master_key: String,
    /// What it consists of.
    pub files: Vec<FileEntry>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its path in the directory of the manifest.
    pub path: String,
    /// Its lines.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of what is taken now, with no files in it yet.
    pub(super) fn new(store: &str, now: DateTime<Utc>, head: Head, master_key: String) -> Self {
        Self {
            format: FORMAT,
            docket: env!("CARGO_PKG_VERSION").to_owned(),
            store: store.to_owned(),
            taken_at: now,
            position: head.position,
            recorded_at: head.recorded_at,
            master_key,
            files: Vec::new(),
        }
    }

    /// The end of the log that is in it.
    pub fn head(&self) -> Head {
        Head { position: self.position, recorded_at: self.recorded_at }
    }

    /// The file of that path; `None` where the release that made it knew no such table.
    pub(super) fn file(&self, path: &str) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The manifest's own text, with the hash of everything in it.
    pub(super) fn to_text(&self) -> Result<String, serde_json::Error> {
        let mut whole = json!(self);
        let hash = hex::encode(Sha256::digest(serde_json::to_vec(&whole)?));
        if let Some(members) = whole.as_object_mut() {
            members.insert(SEAL.to_owned(), Value::String(hash));
        }
        Ok(serde_json::to_string_pretty(&whole)? + "\n")
    }

    /// The manifest that `text`, read from `path`, is.
    ///
    /// # Errors
    /// `Newer`; `Damaged` for a text that [`Self::to_text`] does not make.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, BackupError> {
        let damaged = |error: serde_json::Error| BackupError::damaged(path, error);
        let whole: Value = serde_json::from_str(text).map_err(damaged)?;
        if let Some(format) = whole.get("format").and_then(Value::as_u64).filter(|n| *n > FORMAT) {
            return Err(BackupError::Newer { path: path.to_owned(), format, known: FORMAT });
        }
        let manifest: Self = serde_json::from_value(whole).map_err(damaged)?;
        if manifest.to_text().map_err(damaged)? == text {
            Ok(manifest)
        } else {
            Err(BackupError::damaged(path, "it is not what was written"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let at = DateTime::from_timestamp_micros(1_750_000_000_123_456).unwrap();
        let head = Head { position: 7, recorded_at: at };
        let file = FileEntry {
            path: "log/events.jsonl.zst".to_owned(),
            rows: 7,
            bytes: 100,
            sha256: "ab".repeat(32),
        };
        let manifest = Manifest::new("sqlite", at, head, "cd".repeat(16));
        Manifest { files: vec![file], ..manifest }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let text = manifest().to_text().unwrap();
        assert_eq!(Manifest::parse(Path::new("m"), &text).unwrap(), manifest());
    }

    #[test]
    fn every_byte_of_it_counts() {
        let text = manifest().to_text().unwrap();
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[index] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            let error = Manifest::parse(Path::new("m"), &changed).unwrap_err();
            let found = matches!(error, BackupError::Damaged { .. } | BackupError::Newer { .. });
            assert!(found, "byte {index}: {error}");
        }
    }

    #[test]
    fn a_later_format_is_told_from_damage() {
        let text = Manifest { format: FORMAT + 1, ..manifest() }.to_text().unwrap();
        let error = Manifest::parse(Path::new("m"), &text).unwrap_err();
        assert!(matches!(error, BackupError::Newer { format: 2, .. }), "{error}");
    }
}
