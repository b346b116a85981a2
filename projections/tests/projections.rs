//! Projections over made-up logs, on SQLite and on PostgreSQL.

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
