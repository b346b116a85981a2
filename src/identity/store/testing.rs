//! Fresh stores for tests.

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

use super::IdentityStore;

/// An embedded store; gone when the directory is dropped.
pub(in crate::identity) async fn sqlite() -> (IdentityStore, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = IdentityStore::open_sqlite(dir.path()).await.unwrap();
    store.migrate().await.unwrap();
    (store, dir)
}

/// Runs a test on a fresh store over each database.
pub(in crate::identity) async fn on_each_store(test: impl AsyncFn(&IdentityStore)) {
    let (store, _dir) = sqlite().await;
    test(&store).await;
    store.close().await;
    on_postgres(&test).await;
}

async fn on_postgres(test: &impl AsyncFn(&IdentityStore)) {
    let admin_url = std::env::var_os("DOCKET_TEST_POSTGRES_URL")
        .expect("DOCKET_TEST_POSTGRES_URL is not set: run the tests with `cargo xtask test`")
        .into_string()
        .expect("a URL in UTF-8");
    let database = format!("docket_identity_{}", Uuid::new_v4().simple());
    let mut admin = PgConnection::connect(&admin_url).await.unwrap();
    admin.execute(&*format!("CREATE DATABASE {database}")).await.unwrap();
    let (server, _) = admin_url.rsplit_once('/').expect("a URL with a database");
    let store = IdentityStore::open_postgres(&format!("{server}/{database}"), 8).await.unwrap();
    store.migrate().await.unwrap();
    test(&store).await;
    store.close().await;
    admin.execute(&*format!("DROP DATABASE {database} WITH (FORCE)")).await.unwrap();
}
