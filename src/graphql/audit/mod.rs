//! The audit trail.

mod query;
mod read;
mod subscription;
mod types;

pub use query::{AuditFilter, AuditQuery, history_of, history_of_subject};
pub use read::{audit_event, audit_events, opened};
pub use subscription::AuditSubscription;
pub use types::AuditEvent;
