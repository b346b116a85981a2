//! SQLite, through the one writer that it has.

use std::path::Path;

use anyhow::{Context, Result};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::event::{METADATA, ORGANIZATION, PAYLOAD, RECORDED_AT_US, aggregate_id, event_id};
use super::measure::{Baseline, measure};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite/log");

/// As the server's log: what is committed is on disk, and the write-ahead log is copied back every
/// 16 MiB.
const CHECKPOINT_PAGES: &str = "4096";

/// The time that a client waits for its turn; the last in the queue waits for all others.
const TURN: std::time::Duration = std::time::Duration::from_mins(1);

const INSERT: &str = "INSERT INTO events (position, commit_end, sequence, recorded_at, event_id, \
     commit_id, org_id, aggregate_type, aggregate_id, event_type, event_version, payload, metadata) \
     VALUES (?1, ?1, 1, ?2, ?3, ?3, ?4, 'task', ?5, 'TaskCompleted', '1', ?6, ?7)";

/// Inserts into the events of a fresh log in `directory`: `count` transactions of one row, from
/// `clients` tasks that share the only connection. More connections would only wait for each
/// other's lock.
///
/// # Errors
/// When the file cannot be made or written.
pub async fn sqlite(directory: &Path, count: u64, clients: u64) -> Result<Baseline> {
    let pool = open(directory).await.context("making a fresh log")?;
    let inserting = pool.clone();
    let insert = move |position| insert(inserting.clone(), position);
    let measured = measure("sqlx, one SQLite writer", count, clients, insert).await;
    pool.close().await;
    measured
}

async fn open(directory: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(directory.join("log.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES);
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(TURN);
    let pool = pool.connect_with(options).await?;
    MIGRATIONS.run(&pool).await?;
    Ok(pool)
}

async fn insert(pool: SqlitePool, position: u64) -> Result<()> {
    let query = sqlx::query(INSERT)
        .bind(i64::try_from(position)?)
        .bind(RECORDED_AT_US)
        .bind(event_id(position).into_bytes().to_vec())
        .bind(ORGANIZATION)
        .bind(aggregate_id(position))
        .bind(PAYLOAD)
        .bind(METADATA);
    query.execute(&pool).await?;
    Ok(())
}
