//! The log on EventStoreDB: a stream for each aggregate, and no transaction over several
//! (docs/adr/0012).
//!
//! So far it reads, and makes commits of one stream. What a commit would have to hold beside that,
//! further streams, streams that were only read, names and keys, is refused as `Invalid`.

mod append;
mod envelope;
mod names;
mod open;
mod page;
mod read;

pub use open::EventStoreDb;
