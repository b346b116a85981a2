//! Projections over made-up logs, on SQLite and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "cases/asking.rs"]
mod asking;
#[path = "cases/leading.rs"]
mod leading;
#[path = "cases/moving.rs"]
mod moving;
#[path = "cases/poison.rs"]
mod poison;
#[path = "cases/rebuilding.rs"]
mod rebuilding;
#[path = "cases/stepping.rs"]
mod stepping;
mod support;
