//! The database of the read models: SQLite beside the log, or a schema in PostgreSQL.

mod db;
mod ddl;
mod open;
mod views;

pub(crate) use db::Db;
pub use views::Views;
