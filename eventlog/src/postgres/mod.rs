//! The event log in PostgreSQL: a batch is one round trip.

mod append;
mod cold;
mod doubt;
mod facts;
mod insert;
mod keys;
mod listen;
mod migrate;
mod open;
mod read;
mod row;
mod writer;

pub use keys::PostgresKeys;
pub use migrate::PostgresHome;
pub use open::PostgresStore;
