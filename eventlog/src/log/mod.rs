//! The log as the rest of the server holds it: group commit over a store, and a wake-up for readers.

mod appender;
mod follower;
mod handle;
#[cfg(test)]
mod tests;

pub use handle::EventLog;
