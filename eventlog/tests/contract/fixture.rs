//! A fresh log for one case.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use docket_eventlog::{
    EventStore, EventStoreDb, KeyStore, PostgresKeys, PostgresSnapshots, PostgresStore,
    SnapshotStore, SqliteKeys, SqliteSnapshots, SqliteStore,
};
use eventstoredb_wire::Server;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use tempfile::TempDir;

use crate::clock::TestClock;

pub struct Fixture {
    /// The store's name in reports.
    pub name: &'static str,
    pub store: Arc<dyn EventStore>,
    pub clock: Arc<TestClock>,
    pub home: Home,
}

/// Where a fixture's log is.
pub enum Home {
    Sqlite(TempDir),
    Postgres(Database),
    /// A server at the wire.
    Wire(Server),
    /// A log of its own on a real server: its connection string, and what the log is called.
    EventStoreDb(String, String),
}

/// A database of the fixture's own.
pub struct Database {
    name: String,
    pub pool: PgPool,
}

static DATABASES: AtomicU32 = AtomicU32::new(0);

pub async fn sqlite() -> Fixture {
    let clock = Arc::new(TestClock::new());
    let home = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(home.path(), clock.clone()).await.unwrap();
    Fixture { name: "SQLite", store: Arc::new(store), clock, home: Home::Sqlite(home) }
}

pub async fn postgres() -> Fixture {
    let clock = Arc::new(TestClock::new());
    let database = Database::create().await;
    let store = PostgresStore::connect(database.pool.clone(), clock.clone()).await.unwrap();
    Fixture { name: "PostgreSQL", store: Arc::new(store), clock, home: Home::Postgres(database) }
}

/// A log on the real server that `DOCKET_TEST_EVENTSTORE_URL` names, or else at the wire.
pub async fn eventstoredb() -> Fixture {
    let Some(url) = variable("DOCKET_TEST_EVENTSTORE_URL") else { return wire().await };
    let clock = Arc::new(TestClock::new());
    let log = format!("test{:016x}_", rand::random::<u64>());
    let store = EventStoreDb::connect_to(&url, &log, clock.clone()).await.unwrap();
    let home = Home::EventStoreDb(url, log);
    Fixture { name: "EventStoreDB", store: Arc::new(store), clock, home }
}

pub async fn wire() -> Fixture {
    let server = Server::start().await.unwrap();
    let clock = Arc::new(TestClock::new());
    let store = EventStoreDb::connect(&server.url(), clock.clone()).await.unwrap();
    let home = Home::Wire(server);
    Fixture { name: "EventStoreDB (wire)", store: Arc::new(store), clock, home }
}

impl Database {
    async fn create() -> Self {
        let server = server();
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("docket_log_{}_{number}", std::process::id());
        let mut connection = server.connect().await.unwrap();
        connection.execute(format!("CREATE DATABASE {name}").as_str()).await.unwrap();
        let options = server.database(&name);
        let pool = PgPoolOptions::new().max_connections(8).connect_lazy_with(options);
        Self { name, pool }
    }

    async fn drop(self) {
        self.pool.close().await;
        let mut connection = server().connect().await.unwrap();
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        connection.execute(drop.as_str()).await.unwrap();
    }

    /// A connection that is nobody else's.
    pub async fn connect(&self) -> PgConnection {
        self.pool.connect_options().connect().await.unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "where the tests' own configuration is read")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn server() -> PgConnectOptions {
    let url = variable("DOCKET_TEST_POSTGRES_URL").expect(
        "DOCKET_TEST_POSTGRES_URL is not set: run `cargo xtask test`, or name a superuser's URL of a \
         PostgreSQL server in it",
    );
    url.parse().expect("DOCKET_TEST_POSTGRES_URL is a postgres:// URL")
}

impl Fixture {
    /// Another node over the same log, where the store can have several.
    pub async fn second_node(&self) -> Option<Arc<dyn EventStore>> {
        match &self.home {
            Home::Sqlite(_) => None,
            Home::Postgres(database) => {
                let pool = database.pool.clone();
                Some(Arc::new(PostgresStore::connect(pool, self.clock.clone()).await.unwrap()))
            }
            Home::Wire(server) => {
                let node = EventStoreDb::connect(&server.url(), self.clock.clone()).await;
                Some(Arc::new(node.unwrap()))
            }
            Home::EventStoreDb(url, log) => {
                let node = EventStoreDb::connect_to(url, log, self.clock.clone()).await;
                Some(Arc::new(node.unwrap()))
            }
        }
    }

    /// The store of data keys beside the log.
    pub async fn keys(&self) -> Arc<dyn KeyStore> {
        let clock = self.clock.clone();
        match &self.home {
            Home::Sqlite(home) => Arc::new(SqliteKeys::open(home.path(), clock).await.unwrap()),
            Home::Postgres(database) => {
                Arc::new(PostgresKeys::connect(database.pool.clone(), clock).await.unwrap())
            }
            Home::Wire(_) | Home::EventStoreDb(..) => unreachable!("keys are in a database"),
        }
    }

    /// The store of snapshots beside the log.
    pub async fn snapshots(&self) -> Arc<dyn SnapshotStore> {
        match &self.home {
            Home::Sqlite(home) => Arc::new(SqliteSnapshots::open(home.path()).await.unwrap()),
            Home::Postgres(database) => {
                Arc::new(PostgresSnapshots::connect(database.pool.clone()).await.unwrap())
            }
            Home::Wire(_) | Home::EventStoreDb(..) => unreachable!("snapshots are in a database"),
        }
    }

    /// Runs SQL beside the store, as an administrator would: in it, `log.` stands before every table.
    pub async fn execute(&self, sql: &str) -> Result<u64, sqlx::Error> {
        match &self.home {
            Home::Sqlite(home) => {
                let mut file = open(home.path()).await;
                Ok(file.execute(sql.replace("log.", "").as_str()).await?.rows_affected())
            }
            Home::Postgres(database) => {
                Ok(database.connect().await.execute(sql).await?.rows_affected())
            }
            Home::Wire(_) | Home::EventStoreDb(..) => unreachable!("it has no tables"),
        }
    }

    pub async fn remove(self) {
        drop(self.store);
        match self.home {
            Home::Sqlite(directory) => directory.close().unwrap(),
            Home::Postgres(database) => database.drop().await,
            Home::Wire(server) => server.stop().await,
            // What is written there stays.
            Home::EventStoreDb(..) => {}
        }
    }
}

async fn open(directory: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(directory.join("log.db"));
    SqliteConnection::connect_with(&options).await.unwrap()
}
