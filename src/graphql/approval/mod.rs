//! Approvals.

mod codes;
mod input;
mod mutation;
mod query;
mod subscription;
mod types;

pub use mutation::ApprovalMutation;
pub use query::{ApprovalQuery, approvals_where};
pub use subscription::ApprovalSubscription;
pub use types::{
    Approval, ApprovalLevel, ApprovalOutcome, ApprovalStatus, Approvers, Decision, LevelStatus,
    Vote,
};
