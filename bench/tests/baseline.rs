//! The baselines insert what they say, on both databases.
#![cfg(test)]

use docket_bench::baseline;
use docket_bench::store::Store;

/// Enough for every client to have its turn.
const COUNT: u64 = 64;

#[tokio::test]
async fn sqlite_takes_rows_through_its_one_writer() {
    let store = Store::sqlite().expect("a store");
    let measured = baseline::sqlite(store.directory(), COUNT, 8).await.expect("a baseline");
    assert!(measured.inserts_per_s > 0.0);
}

#[tokio::test]
async fn postgres_takes_rows_from_a_pool_and_from_pgbench() {
    let url = std::env::var_os("DOCKET_TEST_POSTGRES_URL")
        .expect("DOCKET_TEST_POSTGRES_URL is not set: run the tests with `cargo xtask test`");
    let store = Store::postgres(url.to_str().expect("UTF-8")).await.expect("a store");
    let measured = baseline::postgres(&store, COUNT, 8).await.expect("a baseline");
    store.remove().await.expect("the database goes");
    assert_eq!(measured[0].name, "sqlx pool");
    assert!(measured.iter().all(|baseline| baseline.inserts_per_s > 0.0), "{measured:?}");
}
