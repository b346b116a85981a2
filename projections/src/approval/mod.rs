//! Approvals with their levels and votes.

pub mod columns;
mod fold;
mod row;

pub(crate) use fold::Approvals;
pub use row::{ApprovalRow, ApprovalStatus, LevelRow, LevelStatus, VoteRow};
