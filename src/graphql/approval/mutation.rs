//! What one can do with approvals.

use async_graphql::{Context, Object, Result};
use docket_domain::approval::{Approval as Aggregate, ApprovalCommand, CastVote};
use serde_json::Value;

use super::codes::DecideApprovalErrorCode;
use super::input::{DecideApprovalInput, DecideApprovalPayload};
use crate::graphql::execute::Call;

/// What one can do with approvals.
#[derive(Default)]
pub struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Votes on the open level of an approval that waits for you. The vote that decides an approval which a run
    /// raised moves that run in the same commit. Nobody votes twice on a level.
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
        let approval = called.entity("approval").await?;
        Ok(Some(DecideApprovalPayload { approval, answer: called.answer }))
    }
}
