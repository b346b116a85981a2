//! Approvals with their levels and votes.

pub mod columns;
mod row;

pub use row::{ApprovalRow, ApprovalStatus, LevelRow, LevelStatus, VoteRow};
