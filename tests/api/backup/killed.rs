//! Killed half-way, neither a backup nor a store is taken for whole.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tokio::process::Child;

use super::office::Office;
use super::{a_name, each_kind, hand_over_master_key, is_whole, log_of, restore};
use crate::cli::program::{docket, run};
use crate::support::{Person, Server, Store, eventually, on_each_store};

/// Whoever keeps the program waiting at one place, until this is dropped.
enum Obstacle {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Obstacle {
    async fn put(store: &Store, on_sqlite: &str, on_postgres: &str) -> Self {
        if let Some(url) = &store.url {
            let mut connection = PgConnection::connect(url).await.expect("the database answers");
            connection.execute(on_postgres).await.expect("it is held");
            return Self::Postgres(connection);
        }
        let url = format!("sqlite://{}", store.path().join("identity.db").display());
        let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
        connection.execute(on_sqlite).await.expect("it is held");
        Self::Sqlite(connection)
    }

    /// Nobody reads the identity store, which comes after the log.
    async fn to_readers(store: &Store) -> Self {
        let on_sqlite = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; \
                         DELETE FROM signing_keys WHERE kid = ''";
        let on_postgres = "BEGIN; LOCK TABLE identity.api_keys IN ACCESS EXCLUSIVE MODE";
        Self::put(store, on_sqlite, on_postgres).await
    }

    /// Nobody writes into the identity store, which comes before the log.
    async fn to_writers(store: &Store) -> Self {
        let on_postgres = "BEGIN; LOCK TABLE log.claims IN SHARE MODE";
        Self::put(store, "BEGIN IMMEDIATE", on_postgres).await
    }

    async fn take_away(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        }
        .expect("it is closed");
    }
}

/// Whether the store carries the mark of an unfinished restore.
async fn is_marked(store: &Store) -> bool {
    let marks: i64 = if let Some(url) = &store.url {
        let mut connection = PgConnection::connect(url).await.expect("the database answers");
        let sql = "SELECT count(*) FROM pg_tables WHERE tablename = 'unfinished_restore'";
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
    } else {
        let url = format!("sqlite://{}", store.path().join("log.db").display());
        let mut connection = SqliteConnection::connect(&url).await.expect("the file opens");
        let sql = "SELECT count(*) FROM sqlite_master WHERE name = 'unfinished_restore'";
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
    };
    marks > 0
}

fn begin_restore(store: &Store, from: &Path, of: &Store) -> Child {
    let from = from.to_str().expect("UTF-8");
    let mut process = docket(store, &["restore", "--from", from]);
    process.env("DOCKET_MASTER_KEY_FILE", of.path().join("master.key"));
    process.spawn().expect("it starts")
}

fn unfinished(place: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(place).expect("a directory");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    paths.find(|path| path.display().to_string().contains(".unfinished-"))
}

#[tokio::test]
async fn log_7_a_backup_that_is_killed_never_looks_like_one() {
    on_each_store(async |server: &mut Server| {
        Office::at_work(server).await;
        server.stop().await;
        let place = a_name(&server.store, "monday");
        let to = place.to_str().expect("UTF-8");
        let obstacle = Obstacle::to_readers(&server.store).await;
        let mut backing_up =
            docket(&server.store, &["backup", "--to", to]).spawn().expect("it starts");
        let begun = eventually("the log is copied", async || {
            let begun = unfinished(server.store.path())?;
            begun.join("log/claims.jsonl.zst").exists().then_some(begun)
        })
        .await;
        backing_up.kill().await.expect("it is killed");
        obstacle.take_away().await;
        assert!(!place.exists());
        let refused = restore(&Store::sqlite(), &begun, &server.store, &[]).await;
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.err.contains("manifest.json"), "{refused:?}");
        let again = super::back_up(&server.store, &place).await;
        assert_eq!(again.code, 0, "what was left behind is in nobody's way: {again:?}");
    })
    .await;
}

#[tokio::test]
async fn log_7_a_restore_that_is_killed_is_recognised_and_can_begin_anew() {
    let mut server = Server::start(Store::sqlite()).await;
    let office = Office::at_work(&server).await;
    server.stop().await;
    let (backup, _) = super::backed_up(&server.store, "monday").await;
    for target in each_kind().await {
        // Its tables have to be there to be held.
        let target = Server::start(target).await.into_store().await;
        hand_over_master_key(&target, &server.store);
        let obstacle = Obstacle::to_writers(&target).await;
        let mut restoring = begin_restore(&target, &backup, &server.store);
        eventually("it has begun", async || is_marked(&target).await.then_some(())).await;
        restoring.kill().await.expect("it is killed");
        obstacle.take_away().await;
        nobody_opens(&target).await;
        let refused = restore(&target, &backup, &server.store, &[]).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("--start-over"), "{refused:?}");
        let ran = restore(&target, &backup, &server.store, &["--start-over"]).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(log_of(&target).await, log_of(&server.store).await);
        assert!(is_whole(&target).await);
        let again = Server::start(target).await;
        office.goes_on_at(&again).await;
        again.remove().await;
    }
}

#[tokio::test]
async fn log_7_a_restore_that_begins_anew_takes_away_nothing_of_anybody_elses() {
    let mut server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    server.stop().await;
    let (backup, _) = super::backed_up(&server.store, "monday").await;
    let log = Server::start(Store::postgres().await).await.into_store().await;
    let (others, live) = (Store::postgres().await, Server::start(Store::postgres().await).await);
    let vera = Person::owner(&live.anonymous, "Vera Visitor").await;
    let restoring = |into: &Store, more: &[&str]| {
        let from = backup.to_str().expect("UTF-8");
        let mut process = docket(into, &[&["restore", "--from", from][..], more].concat());
        process.env("DOCKET_MASTER_KEY_FILE", server.store.path().join("master.key"));
        process.env("DOCKET_EVENTS_URL", log.url.as_deref().expect("PostgreSQL"));
        process
    };
    let obstacle = Obstacle::to_writers(&log).await;
    let mut killed = restoring(&others, &[]).spawn().expect("it starts");
    eventually("it has begun", async || is_marked(&log).await.then_some(())).await;
    killed.kill().await.expect("it is killed");
    obstacle.take_away().await;
    let slip = restoring(&live.store, &["--start-over"]).output().await.expect("it starts");
    assert_eq!(slip.status.code(), Some(2), "{slip:?}");
    let said = String::from_utf8_lossy(&slip.stderr).into_owned();
    assert!(said.contains("the store is not empty"), "{said}");
    vera.back(&live).await;
    let ran = restoring(&others, &["--start-over"]).output().await.expect("it starts");
    assert!(ran.status.success(), "{ran:?}");
    hand_over_master_key(&others, &server.store);
    assert_eq!(log_of(&log).await, log_of(&server.store).await);
    live.remove().await;
    others.remove().await;
    log.remove().await;
}

#[tokio::test]
async fn log_7_nobody_appends_to_a_database_that_is_being_restored() {
    let mut server = Server::start(Store::sqlite()).await;
    Office::at_work(&server).await;
    server.stop().await;
    let (backup, _) = super::backed_up(&server.store, "monday").await;
    let target = Server::start(Store::postgres().await).await.into_store().await;
    hand_over_master_key(&target, &server.store);
    let obstacle = Obstacle::to_writers(&target).await;
    let restoring = begin_restore(&target, &backup, &server.store);
    eventually("it has begun", async || is_marked(&target).await.then_some(())).await;
    let url = target.url.as_deref().expect("PostgreSQL");
    let mut appender = PgConnection::connect(url).await.expect("the database answers");
    let held = appender.execute("SELECT FROM log.head FOR UPDATE NOWAIT").await;
    let held = held.expect_err("the head is held").to_string();
    assert!(held.contains("lock"), "{held}");
    obstacle.take_away().await;
    let ended = restoring.wait_with_output().await.expect("it ends");
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(log_of(&target).await, log_of(&server.store).await);
    target.remove().await;
}

/// Every command refuses a half restored store, and says what to do.
async fn nobody_opens(store: &Store) {
    let to = a_name(store, "of-a-half");
    let to = to.to_str().expect("UTF-8");
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["serve", "--demo", "--listen", "127.0.0.1:0"],
        &["verify-store"],
        &["projections", "status"],
        &["events", "export"],
        &["backup", "--to", to],
        &["user", "reset-password", "olga.owner@example.org"],
    ] {
        let refused = run(store, arguments).await;
        assert_eq!(refused.code, 4, "{arguments:?}: {refused:?}");
        assert!(refused.err.contains("restore --start-over"), "{arguments:?}: {refused:?}");
    }
}
