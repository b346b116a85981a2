//! The audit trail's index: which events are about whom and by whom. The events themselves are in the log.

pub mod columns;
mod fold;
mod row;

pub(crate) use fold::Audit;
pub use row::AuditRow;
