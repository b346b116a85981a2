//! Work that was late.

mod query;
mod types;

pub use query::BreachQuery;
pub use types::SlaBreach;
