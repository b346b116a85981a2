//! The stores that every test runs on.

use std::path::Path;

use eventstoredb_wire::Server as EventStoreDb;
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

use super::Server;

/// A fresh store; gone when it is dropped by [`Store::remove`].
pub struct Store {
    /// The data directory.
    pub dir: TempDir,
    /// The database's URL; `None` for the embedded store.
    pub url: Option<String>,
    /// What the log is on, where it is not with everything else.
    pub events: Option<EventStoreDb>,
    admin_url: Option<String>,
    database: String,
}

impl Store {
    /// An embedded store.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { dir, url: None, events: None, admin_url: None, database: String::new() }
    }

    /// A database of its own on the test server.
    pub async fn postgres() -> Self {
        let admin_url = std::env::var_os("DOCKET_TEST_POSTGRES_URL")
            .expect("DOCKET_TEST_POSTGRES_URL is not set: run the tests with `cargo xtask test`")
            .into_string()
            .expect("a URL in UTF-8");
        let database = format!("docket_test_{}", Uuid::new_v4().simple());
        let mut admin = PgConnection::connect(&admin_url).await.expect("the test server answers");
        admin.execute(&*format!("CREATE DATABASE {database}")).await.expect("a new database");
        let mut url: Vec<&str> = admin_url.splitn(2, '?').collect();
        let base = url.remove(0).rsplit_once('/').expect("a URL with a database").0.to_owned();
        let query = url.first().map(|query| format!("?{query}")).unwrap_or_default();
        Self {
            dir: tempfile::tempdir().expect("a temporary directory"),
            url: Some(format!("{base}/{database}{query}")),
            events: None,
            admin_url: Some(admin_url),
            database,
        }
    }

    /// The same store, but for its log: that is on EventStoreDB.
    pub async fn with_eventstoredb(self) -> Self {
        let server = EventStoreDb::start().await.expect("a free port");
        Self { events: Some(server), ..self }
    }

    /// Where the log is, where it is not with everything else.
    pub fn events_url(&self) -> Option<String> {
        self.events.as_ref().map(EventStoreDb::url)
    }

    /// The data directory's path.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The test server's own database, as a superuser.
    pub fn admin_url(&self) -> &str {
        self.admin_url.as_deref().expect("a store on PostgreSQL")
    }

    /// Drops the database.
    pub async fn remove(self) {
        if let Some(admin_url) = &self.admin_url {
            let mut admin =
                PgConnection::connect(admin_url).await.expect("the test server answers");
            let drop = format!("DROP DATABASE {} WITH (FORCE)", self.database);
            admin.execute(&*drop).await.expect("the database is dropped");
        }
    }
}

/// Runs a test on a fresh server with its log on EventStoreDB, at the wire, and everything else in each store.
#[expect(clippy::print_stderr, reason = "a failed test tells on which store")]
pub async fn on_eventstoredb(test: impl AsyncFn(&mut Server)) {
    for store in [Store::sqlite(), Store::postgres().await] {
        let rest = if store.url.is_some() { "PostgreSQL" } else { "SQLite" };
        eprintln!("on EventStoreDB with {rest}");
        let mut server = Server::start(store.with_eventstoredb().await).await;
        test(&mut server).await;
        server.remove().await;
    }
}

/// Runs a test on a fresh server over each store, SQLite first.
#[expect(clippy::print_stderr, reason = "a failed test tells on which store")]
pub async fn on_each_store(test: impl AsyncFn(&mut Server)) {
    for store in [Store::sqlite(), Store::postgres().await] {
        eprintln!("on {}", if store.url.is_some() { "PostgreSQL" } else { "SQLite" });
        let mut server = Server::start(store).await;
        test(&mut server).await;
        server.remove().await;
    }
}
