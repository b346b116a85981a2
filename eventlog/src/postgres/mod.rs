//! The event log in PostgreSQL: a batch is one round trip.

mod append;
mod cold;
mod doubt;
mod facts;
mod insert;
mod keys;
mod link;
mod listen;
mod migrate;
mod open;
mod read;
mod role;
mod row;
mod snapshots;
mod writer;

pub use keys::PostgresKeys;
pub use link::{attended, guarded, pool_of, timely};
pub use migrate::PostgresHome;
pub use open::PostgresStore;
pub use snapshots::PostgresSnapshots;
