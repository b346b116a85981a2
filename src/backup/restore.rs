//! Restoring a store from a backup.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use docket_domain::Clock;
use docket_eventlog::Kind::{Integer, Text};
use docket_eventlog::{
    Home, KEYS, KeyRing, LOG, Line, Place, RestoreError, RestoredLog, Rows, Snapshot, Table,
    sealed_subjects,
};
use serde_json::{Value, json};

use super::create::Tell;
use super::homes::Homes;
use super::{Backup, BackupError};
use crate::app::{Settings, lock_data_dir, make_homes};
use crate::identity::IDENTITY;

/// The table of the identity store that a server writes to as soon as it starts.
const SIGNING_KEYS: &str = "signing_keys";

/// How far the read models are, which must be nowhere.
const VIEWS: Home = Home {
    name: "views",
    tables: &[Table {
        name: "projection_group",
        columns: &[("name", Text), ("position", Integer)],
        key: 1,
    }],
};

/// Restores a checked backup into the store that `settings` name, which has to be empty, and which nobody may
/// use meanwhile. From the first row to the last the store carries a mark, by which everything refuses to open
/// it; `again` begins anew in one that was left with it.
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
    let homes = Homes::of(settings);
    let _lock = lock_data_dir(settings)?;
    let unfinished = RestoredLog::is_unfinished(&homes.log).await?;
    if unfinished && !again {
        return Err(RestoreError::Unfinished.into());
    }
    if unfinished {
        discard_files(&homes)?;
    }
    make_homes(settings, clock).await?;
    if !unfinished {
        check_empty(&homes).await?;
    }
    let log = RestoredLog::begin(&homes.log, again).await?;
    write(backup, &homes, log, clock, tell).await
}

async fn write(
    backup: &Backup,
    homes: &Homes,
    mut log: RestoredLog,
    clock: &Arc<dyn Clock>,
    tell: Tell<'_>,
) -> Result<(), BackupError> {
    let mut keys = Rows::of(&KEYS, homes.place(&KEYS)).await?;
    keys.clear().await?;
    for table in KEYS.tables {
        let mut rows = backup.rows_of_keys(table)?;
        while let Some(lines) = rows.next()? {
            keys.insert(table, &lines).await?;
        }
    }
    let mut identity = Rows::of(&IDENTITY, homes.place(&IDENTITY)).await?;
    identity.clear().await?;
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
    Ok(log.finish(backup.manifest().head()).await?)
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

/// Looks whether there is nothing in the homes but what a server writes when it first starts. The log is looked
/// at when it is marked.
async fn check_empty(homes: &Homes) -> Result<(), BackupError> {
    let mut identity = Rows::of(&IDENTITY, homes.place(&IDENTITY)).await?;
    for table in IDENTITY.tables.iter().filter(|table| table.name != SIGNING_KEYS) {
        if identity.count(table).await? > 0 {
            return Err(not_empty(&IDENTITY, table));
        }
    }
    let is_other = |line: &Line| line.get("subject") != Some(&json!(KeyRing::MASTER_KEY_CHECK));
    check_rows(&KEYS, homes, is_other).await?;
    let has_moved = |line: &Line| line.get("position") != Some(&json!(0));
    check_rows(&VIEWS, homes, has_moved).await
}

/// Looks whether no row is `something`, of tables that have few rows unless one is.
async fn check_rows(
    home: &'static Home,
    homes: &Homes,
    something: impl Fn(&Line) -> bool,
) -> Result<(), BackupError> {
    let mut snapshot = Snapshot::of(home, homes.place(home)).await?;
    for table in home.tables {
        if snapshot.page(table, None, super::lines::PAGE).await?.iter().any(&something) {
            return Err(not_empty(home, table));
        }
    }
    Ok(())
}

fn not_empty(home: &Home, table: &Table) -> BackupError {
    RestoreError::NotEmpty(format!("{}.{}", home.name, table.name)).into()
}

/// Takes away the files of a half restored store. The log's goes last: it carries the mark.
fn discard_files(homes: &Homes) -> Result<(), BackupError> {
    let others = [KEYS.name, IDENTITY.name, VIEWS.name];
    for (place, names) in [(&homes.others, &others[..]), (&homes.log, &[LOG.name][..])] {
        if let Place::Directory(directory) = place {
            // SQLite throws away what is left beside a file that is gone.
            for end in ["db", "db-wal", "db-shm"] {
                for name in names {
                    discard(&directory.join(format!("{name}.{end}")))?;
                }
            }
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
