//! Projections over made-up logs, on SQLite and on PostgreSQL.

#[path = "cases/moving.rs"]
mod moving;
mod support;
