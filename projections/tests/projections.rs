//! Projections over made-up logs, on SQLite and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

/// Each case on SQLite, and on PostgreSQL.
macro_rules! both_databases {
    ($($case:ident;)*) => {
        $(mod $case {
            use crate::support::store::Store;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                super::$case(Store::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgresql() {
                super::$case(Store::postgres().await).await;
            }
        })*
    };
}

#[path = "cases/asking.rs"]
mod asking;
#[path = "cases/giving_up.rs"]
mod giving_up;
#[path = "cases/leading.rs"]
mod leading;
#[path = "cases/moving.rs"]
mod moving;
#[path = "cases/parked.rs"]
mod parked;
#[path = "cases/poison.rs"]
mod poison;
#[path = "cases/rebuilding.rs"]
mod rebuilding;
#[path = "cases/retrying.rs"]
mod retrying;
#[path = "cases/stepping.rs"]
mod stepping;
mod support;
