//! One file for each thing that may be asked of an approval: its rule, its refusals, its tests.

pub(super) mod cast_vote;
pub(super) mod end_by_run;
pub(super) mod fire_timer;
pub(super) mod request_approval;
pub(super) mod withdraw;

use super::{Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal};
use crate::organization::{Organization, Permission};
use crate::{Acting, Actor, Issued};

/// What the command does to the approval, in order.
///
/// # Errors
/// The refusals of each command are told at its own `decide`.
pub(super) fn decide(
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

/// # Errors
/// `MissingPermission`.
fn require(by: &Acting, permission: Permission) -> Result<(), ApprovalRefusal> {
    if by.may(permission) { Ok(()) } else { Err(ApprovalRefusal::MissingPermission { permission }) }
}

/// # Errors
/// `OnlyDocket`.
fn require_docket(by: &Acting) -> Result<(), ApprovalRefusal> {
    if by.actor == Actor::Docket { Ok(()) } else { Err(ApprovalRefusal::OnlyDocket) }
}
