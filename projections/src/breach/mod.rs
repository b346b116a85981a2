//! SLA breaches: work that was open beyond its due date.

pub mod columns;
mod fold;
mod row;

pub(crate) use fold::SlaBreaches;
pub use row::BreachRow;
