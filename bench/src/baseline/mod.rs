//! What the database alone can do: single-row INSERT transactions into the log's own table.

mod event;
mod larger;
mod measure;
mod postgres;
mod sqlite;

pub use larger::larger;
pub use measure::Baseline;
pub use postgres::postgres;
pub use sqlite::sqlite;
