//! Restoring a store from a backup.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::Kind::{Integer, Text};
use docket_eventlog::{
    Home, KEYS, LOG, Line, Place, RestoreError, RestoredLog, Rows, Table, filled, sealed_subjects,
    withdraw,
};
use serde_json::{Value, json};

use super::create::Tell;
use super::homes::Homes;
use super::{Backup, BackupError};
use crate::app::{Settings, lock_data_dir, make_homes};
use crate::identity::IDENTITY;
use crate::ids::reference;

/// How far the read models are, which must be nowhere.
const VIEWS: Home = Home {
    name: "views",
    tables: &[Table {
        name: "projection_group",
        columns: &[("name", Text), ("position", Integer)],
        key: 1,
    }],
    at_start: &[("projection_group", "position = 0")],
};

/// Restores a checked backup into the store that `settings` name, which has to be empty, and which nobody may
/// use meanwhile. From the first row to the last each home that is written carries a mark, and everything refuses to
/// open a log that does; `again` begins anew in one that was left with it, and takes away what carries the same mark.
///
/// The read models are not made yet. Where the backup is without its keys, every subject of a sealed value is
/// erased: their values are null from then on.
///
/// # Errors
/// `Restore` for a store that is not empty, in use, or half restored and not `again`; `Start` where it cannot be
/// opened; `Damaged`; `Log` where it refuses something.
pub async fn restore(
    backup: &Backup,
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    again: bool,
    tell: Tell<'_>,
) -> Result<(), BackupError> {
    let homes = Homes::of(settings)?;
    let _lock = lock_data_dir(settings)?;
    let unfinished = RestoredLog::unfinished(&homes.log).await?;
    if let Some(id) = &unfinished {
        if !again {
            return Err(RestoreError::Unfinished.into());
        }
        withdraw_all(&homes, id).await?;
    }
    // What an unfinished restore has written into a log in PostgreSQL is taken away when that is begun.
    let log = unfinished.is_none().then_some(&LOG);
    for home in [&KEYS, &IDENTITY, &VIEWS].into_iter().chain(log) {
        if let Some(table) = filled(home, homes.place(home)).await? {
            return Err(RestoreError::NotEmpty(table).into());
        }
    }
    make_homes(settings, clock).await?;
    let id = unfinished.unwrap_or_else(|| reference().to_string());
    let log = RestoredLog::begin(&homes.log, &id).await?;
    write(backup, &homes, (log, &id), clock, tell).await
}

/// Takes away what the restore `id` has written. An embedded log's file goes last, for whoever is interrupted here
/// has to find its mark; one in PostgreSQL is emptied when it is begun.
async fn withdraw_all(homes: &Homes, id: &str) -> Result<(), BackupError> {
    for home in [&KEYS, &IDENTITY] {
        withdraw(home, homes.place(home), id).await?;
    }
    if let Place::Directory(directory) = &homes.log {
        // SQLite throws away what is left beside a file that is gone.
        for end in ["db", "db-wal", "db-shm"] {
            discard(&directory.join(format!("{}.{end}", LOG.name)))?;
        }
    }
    Ok(())
}

async fn write(
    backup: &Backup,
    homes: &Homes,
    (mut log, id): (RestoredLog, &str),
    clock: &Arc<dyn Clock>,
    tell: Tell<'_>,
) -> Result<(), BackupError> {
    let mut keys = Rows::of(&KEYS, homes.place(&KEYS)).await?;
    keys.begin(id).await?;
    for table in KEYS.tables {
        let mut rows = backup.rows_of_keys(table)?;
        while let Some(lines) = rows.next()? {
            keys.insert(table, &lines).await?;
        }
    }
    let mut identity = Rows::of(&IDENTITY, homes.place(&IDENTITY)).await?;
    identity.begin(id).await?;
    for table in IDENTITY.tables {
        let mut rows = backup.rows(&IDENTITY, table)?;
        while let Some(lines) = rows.next()? {
            identity.insert(table, &lines).await?;
        }
    }
    let mut sealed = BTreeSet::new();
    for table in LOG.tables {
        let (mut rows, total) = (backup.rows(&LOG, table)?, backup.count(&LOG, table));
        let mut written = 0;
        while let Some(lines) = rows.next()? {
            if !backup.has_keys() {
                subjects(&lines, &mut sealed)?;
            }
            log.insert(table, &lines).await?;
            written += lines.len() as u64;
            tell(table.name, written, total);
        }
    }
    erase(&mut keys, &sealed, clock).await?;
    log.finish(backup.manifest().head()).await?;
    keys.end().await?;
    Ok(identity.end().await?)
}

/// Adds the subjects of every sealed value in events.
fn subjects(lines: &[Line], sealed: &mut BTreeSet<String>) -> Result<(), BackupError> {
    for payload in lines.iter().filter_map(|line| line.get("payload")?.as_str()) {
        sealed.extend(sealed_subjects(payload)?);
    }
    Ok(())
}

/// Erases subjects: a row without a key keeps anybody from making them a new one, which opens nothing.
async fn erase(
    keys: &mut Rows,
    subjects: &BTreeSet<String>,
    clock: &Arc<dyn Clock>,
) -> Result<(), BackupError> {
    let now = clock.now().timestamp_micros();
    let erased = |subject: &String| {
        let members = [
            ("subject", json!(subject)),
            ("wrapped", Value::Null),
            ("created_at", json!(now)),
            ("erased_at", json!(now)),
        ];
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    };
    let lines: Vec<Line> = subjects.iter().map(erased).collect();
    for table in KEYS.tables {
        for page in lines.chunks(super::lines::PAGE) {
            keys.insert(table, page).await?;
        }
    }
    Ok(())
}

fn discard(file: &Path) -> Result<(), BackupError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(BackupError::file(file)(error)),
        _ => Ok(()),
    }
}
