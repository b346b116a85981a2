//! What one may ask of an approval.

use super::{CastVote, EndByRun, FireTimer, RequestApproval, Withdraw};

/// A command to an approval.
#[derive(Debug, Clone, PartialEq)]
pub enum ApprovalCommand {
    /// Asks for it.
    RequestApproval(Box<RequestApproval>),
    /// Votes on its open level.
    CastVote(CastVote),
    /// Takes it back.
    Withdraw(Withdraw),
    /// Fires one of its timers; only Docket does.
    FireTimer(FireTimer),
    /// Ends it with the step that raised it; only Docket does.
    EndByRun(EndByRun),
}
