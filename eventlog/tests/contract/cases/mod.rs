//! The cases, by what they are about.

pub mod append_only;
pub mod appending;
pub mod claims;
pub mod conflicts;
pub mod group_commit;
pub mod idempotency;
pub mod keys;
pub mod linearizability;
pub mod model;
pub mod reading;
pub mod snapshots;
pub mod time;
