//! The audit trail's index: which events are about whom and by whom. The events themselves are in the log.

pub mod columns;
mod row;

pub use row::AuditRow;
