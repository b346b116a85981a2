//! The log as the rest of the server holds it: group commit over a store, and a wake-up for readers.

mod appender;
mod follower;
mod handle;
mod known;
mod tail;
#[cfg(test)]
mod tests;
mod trouble;

pub use handle::EventLog;
