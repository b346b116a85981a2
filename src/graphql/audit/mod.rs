//! The audit trail.

mod query;
mod read;
mod types;

pub use query::{AuditFilter, AuditQuery, history_of};
pub use read::{audit_event, audit_events};
pub use types::AuditEvent;
