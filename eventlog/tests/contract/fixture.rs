//! A fresh log for one case.

use std::sync::Arc;

use docket_eventlog::{EventStore, SqliteStore};
use tempfile::TempDir;

use crate::clock::TestClock;

pub struct Fixture {
    /// The store's name in reports.
    pub name: &'static str,
    pub store: Arc<dyn EventStore>,
    pub clock: Arc<TestClock>,
    home: Home,
}

enum Home {
    Sqlite(TempDir),
}

pub async fn sqlite() -> Fixture {
    let clock = Arc::new(TestClock::new());
    let home = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(home.path(), clock.clone()).await.unwrap();
    Fixture { name: "SQLite", store: Arc::new(store), clock, home: Home::Sqlite(home) }
}

impl Fixture {
    pub async fn remove(self) {
        match self.home {
            Home::Sqlite(directory) => directory.close().unwrap(),
        }
    }
}
