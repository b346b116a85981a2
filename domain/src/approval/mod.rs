//! The approval: a decision asked of people, in levels with a quorum.

mod aggregate;
mod authority;
mod ballot;
mod commands;
mod decide;
mod error;
mod events;
#[cfg(test)]
mod fixture;
mod levels;
mod request_faults;
mod tally;

pub use aggregate::{Approval, Cast, Request};
pub use commands::ApprovalCommand;
pub use decide::cast_vote::CastVote;
pub use decide::end_by_run::EndByRun;
pub use decide::fire_timer::FireTimer;
pub use decide::request_approval::RequestApproval;
pub use decide::withdraw::Withdraw;
pub use error::ApprovalRefusal;
pub use events::{ApprovalEvent, Decision, Level, OnRejection, Outcome, Quorum};
pub use levels::read_levels;
