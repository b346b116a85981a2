//! The log on EventStoreDB: a stream for each aggregate, and no transaction over several
//! (docs/adr/0012).
//!
//! A commit is events of one stream. What it holds beside them, names and a key, is noted in streams of their
//! own before it and says at which place of which stream the commit is to come: whether it has come, or can no
//! more, is seen there, whoever stopped in between.

mod append;
mod attempt;
mod claims;
mod envelope;
mod hint;
mod idempotency;
mod make;
mod names;
mod note;
mod open;
mod page;
mod probe;
mod read;

pub use open::EventStoreDb;
