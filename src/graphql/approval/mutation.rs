//! What one can do with approvals.

use async_graphql::{Context, Object, Result};
use docket_domain::approval::{
    Approval as Aggregate, ApprovalCommand, ApprovalRefusal, CastVote, Level, Withdraw, read_levels,
};
use docket_domain::organization::Organization;
use docket_domain::{ApprovalId, Fault};
use serde_json::Value;

use super::codes::{DecideApprovalErrorCode, RequestApprovalErrorCode, WithdrawApprovalErrorCode};
use super::input::{
    DecideApprovalInput, DecideApprovalPayload, RequestApprovalInput, RequestApprovalPayload,
    WithdrawApprovalInput, WithdrawApprovalPayload,
};
use crate::bus::{BusError, Refusal};
use crate::graphql::execute::Call;
use crate::graphql::people::organization;
use crate::graphql::refusal::user_errors;

/// What one can do with approvals.
#[derive(Default)]
pub struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Asks people for a decision, in levels: the next level is asked once the one before it has approved.
    async fn request_approval(
        &self,
        ctx: &Context<'_>,
        input: RequestApprovalInput,
    ) -> Result<Option<RequestApprovalPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let id: ApprovalId = call.request.ids().id("approval", 0);
        let organization = organization(ctx, &call.request.by).await?;
        let called = match levels(&input.levels, &organization) {
            Err(refusal) => {
                let refusal = BusError::Refused(Refusal::Approval(refusal));
                call.refused(user_errors::<RequestApprovalErrorCode>(refusal)?)
            }
            Ok(levels) => call.create::<Aggregate, _>(id, input.into_command(id, levels)).await?,
        };
        let approval = called.entity("approval").await;
        Ok(Some(RequestApprovalPayload { approval, answer: called.answer }))
    }

    /// Takes a stand-alone approval back: whoever asked for it does. An approval that a run raised ends with its
    /// step.
    async fn withdraw_approval(
        &self,
        ctx: &Context<'_>,
        input: WithdrawApprovalInput,
    ) -> Result<Option<WithdrawApprovalPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = ApprovalCommand::Withdraw(Withdraw { reason: input.reason });
        let called = call
            .change::<Aggregate, WithdrawApprovalErrorCode>(
                &input.id,
                input.expected_version,
                command,
            )
            .await?;
        let approval = called.entity("approval").await;
        Ok(Some(WithdrawApprovalPayload { approval, answer: called.answer }))
    }

    /// Votes on the open level of an approval that waits for you. The vote that decides an approval which a run
    /// raised moves that run in the same commit, or right after it where a commit of the log is of one stream, as
    /// on EventStoreDB. Nobody votes twice on a level.
    async fn decide_approval(
        &self,
        ctx: &Context<'_>,
        input: DecideApprovalInput,
    ) -> Result<Option<DecideApprovalPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = ApprovalCommand::CastVote(CastVote {
            decision: input.decision.into(),
            comment: input.comment,
            data: input.data.map_or(Value::Null, |data| data.0),
            subject_version: input.subject_version,
        });
        let called = call
            .change::<Aggregate, DecideApprovalErrorCode>(
                &input.id,
                input.expected_version,
                command,
            )
            .await?;
        let approval = called.entity("approval").await;
        Ok(Some(DecideApprovalPayload { approval, answer: called.answer }))
    }
}

fn levels(levels: &Value, organization: &Organization) -> Result<Vec<Level>, ApprovalRefusal> {
    read_levels(levels, organization).map_err(|faults| {
        let under = |fault: Fault| fault.under("/levels");
        ApprovalRefusal::Invalid { faults: faults.into_iter().map(under).collect() }
    })
}
