//! The approval: a decision asked of people, in levels with a quorum.

mod events;

pub use events::{ApprovalEvent, Decision, Level, OnRejection, Outcome, Quorum};
