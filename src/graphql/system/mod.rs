//! How the log and its projections are doing.

mod query;

pub use query::{ProjectionStatus, System, SystemQuery};
