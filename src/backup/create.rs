//! Making a backup.

use std::path::Path;

use chrono::{DateTime, Utc};
use docket_eventlog::{KEYS, LOG, MasterKey, Snapshot, Table};

use super::directory::{Unfinished, write_manifest};
use super::homes::{Homes, IN_BACKUP, KEYS_DIRECTORY, file_name, path};
use super::lines::{LinesWriter, PAGE};
use super::manifest::{FileEntry, Manifest};
use super::{Backup, BackupError, Keys};

/// Hears what is being done, how far it has come, and how far there is to go.
pub(super) type Tell<'a> = &'a mut dyn FnMut(&'static str, u64, u64);

/// Backs up the homes, beside whoever uses them, into the new directory `to`. `master` wraps their data keys.
///
/// The log is read as it is at one moment, then the identity store, then the keys, each as it is by then: what
/// the identity store knows and the log does not is of no effect, and a key is made before the event that needs
/// it. With `verify`, what was written is read again, and `to` is there only if all is well.
///
/// # Errors
/// `Exists`; `File` where something cannot be written; `Faults` where the log is not whole; `Damaged` where a
/// file is not what was written; `Log` where a home cannot be read. Nothing is left in `to` then.
pub async fn back_up(
    homes: &Homes,
    master: &MasterKey,
    to: &Path,
    now: DateTime<Utc>,
    verify: bool,
    tell: Tell<'_>,
) -> Result<Manifest, BackupError> {
    let parts = IN_BACKUP.map(|home| home.name).into_iter().chain([KEYS_DIRECTORY]);
    let parts: Vec<&str> = parts.collect();
    let directory = Unfinished::create(to, &parts)?;
    let manifest = write(homes, master, directory.path(), now, tell).await?;
    if verify {
        let written = Backup::open(directory.path(), Keys::Inside)?;
        written.check_files(|read, total| tell("hashes", read, total))?;
        written.check_log(Some(master), |read, total| tell("check", read, total)).await?;
    }
    directory.finish(&parts)?;
    Ok(manifest)
}

async fn write(
    homes: &Homes,
    master: &MasterKey,
    directory: &Path,
    now: DateTime<Utc>,
    tell: Tell<'_>,
) -> Result<Manifest, BackupError> {
    let mut log = Snapshot::of(&LOG, &homes.log).await?;
    let head = log.head().await?;
    let mut body = Manifest::new(homes.kind(), now, head, master.fingerprint());
    for table in LOG.tables {
        let path = path(&LOG, table);
        body.files.push(copy(&mut log, table, directory, path, tell).await?);
    }
    drop(log);
    for home in IN_BACKUP.into_iter().filter(|home| home.name != LOG.name) {
        let mut snapshot = Snapshot::of(home, homes.place(home)).await?;
        for table in home.tables {
            let path = path(home, table);
            body.files.push(copy(&mut snapshot, table, directory, path, tell).await?);
        }
    }
    let mut keys = Manifest { files: Vec::new(), ..body.clone() };
    let mut snapshot = Snapshot::of(&KEYS, homes.place(&KEYS)).await?;
    let apart = directory.join(KEYS_DIRECTORY);
    for table in KEYS.tables {
        keys.files.push(copy(&mut snapshot, table, &apart, file_name(table), tell).await?);
    }
    write_manifest(&apart, &keys)?;
    write_manifest(directory, &body)?;
    Ok(body)
}

async fn copy(
    from: &mut Snapshot,
    table: &'static Table,
    directory: &Path,
    path: String,
    tell: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<FileEntry, BackupError> {
    let total = from.count(table).await?;
    let file = directory.join(&path);
    let mut writer = LinesWriter::create(&file).map_err(BackupError::file(&file))?;
    let (mut last, mut written) = (None, 0);
    loop {
        let mut lines = from.page(table, last.as_ref(), PAGE).await?;
        for line in &lines {
            writer.write(line).map_err(BackupError::file(&file))?;
        }
        written += lines.len() as u64;
        tell(table.name, written, total);
        match lines.pop() {
            Some(line) => last = Some(line),
            None => return writer.finish(path).map_err(BackupError::file(&file)),
        }
    }
}
