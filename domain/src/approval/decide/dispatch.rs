//! Which rule answers which command.

use super::{cast_vote, end_by_run, fire_timer, request_approval, withdraw};
use crate::Issued;
use crate::approval::{Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal};
use crate::organization::Organization;

/// What the command does to the approval, in order.
///
/// # Errors
/// The refusals of each command are told at its own `decide`.
pub(in crate::approval) fn decide(
    approval: &Approval,
    issued: Issued<ApprovalCommand>,
    organization: &Organization,
) -> Result<Vec<ApprovalEvent>, ApprovalRefusal> {
    let Issued { command, by, at, .. } = issued;
    match command {
        ApprovalCommand::RequestApproval(request) => {
            request_approval::decide(approval, *request, &by, at, organization)
        }
        ApprovalCommand::CastVote(vote) => cast_vote::decide(approval, vote, &by, at, organization),
        ApprovalCommand::Withdraw(withdraw) => withdraw::decide(approval, withdraw, &by, at),
        ApprovalCommand::FireTimer(fire) => {
            fire_timer::decide(approval, fire, &by, at, organization)
        }
        ApprovalCommand::EndByRun(end) => end_by_run::decide(approval, end, &by, at),
    }
}
