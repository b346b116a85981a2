//! What one can do with runs.

use async_graphql::{Context, Object, Result};
use docket_domain::RunId;
use docket_domain::run::{Run as Aggregate, RunCommand};

use super::codes::{CancelRunErrorCode, StartRunErrorCode};
use super::input::{CancelRunInput, CancelRunPayload, StartRunInput, StartRunPayload};
use super::target::target;
use crate::graphql::execute::Call;

/// What one can do with runs.
#[derive(Default)]
pub struct RunMutation;

#[Object]
impl RunMutation {
    /// Starts a run of a published workflow: of its current version, unless another is named. The run stays on
    /// that version.
    async fn start_run(
        &self,
        ctx: &Context<'_>,
        input: StartRunInput,
    ) -> Result<Option<StartRunPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let id: RunId = call.request.ids().id("run", 0);
        let target = target(ctx, &call.request.by, &input).await?;
        let called = match target.and_then(|target| input.into_command(id, target)) {
            Err(error) => call.refused::<StartRunErrorCode>(vec![error]),
            Ok(command) => call.create::<Aggregate, _>(id, command).await?,
        };
        Ok(Some(StartRunPayload { run: called.entity("run").await, answer: called.answer }))
    }

    /// Cancels a run with everything that it has raised: open tasks and approvals end with it.
    async fn cancel_run(
        &self,
        ctx: &Context<'_>,
        input: CancelRunInput,
    ) -> Result<Option<CancelRunPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = RunCommand::CancelRun { reason: input.reason };
        let called = call
            .change::<Aggregate, CancelRunErrorCode>(&input.id, input.expected_version, command)
            .await?;
        Ok(Some(CancelRunPayload { run: called.entity("run").await, answer: called.answer }))
    }
}
