//! SLA breaches: work that was open beyond its due date.

pub mod columns;
mod row;

pub use row::{BreachRow, BreachSubject};
