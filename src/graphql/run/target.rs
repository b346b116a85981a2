//! Which workflow's which version a run is to start from.

use async_graphql::Context;
use docket_domain::workflow::Workflow;
use docket_domain::{Acting, WorkflowId};

use super::codes::StartRunErrorCode;
use super::input::StartRunInput;
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;
use crate::graphql::common::payload::UserError;

/// A published version of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The number of its version.
    pub version: u32,
}

/// The version that `input` names.
///
/// # Errors
/// `UNAVAILABLE` where the log cannot be read.
pub async fn target(
    ctx: &Context<'_>,
    by: &Acting,
    input: &StartRunInput,
) -> Result<Result<Target, UserError<StartRunErrorCode>>, ApiError> {
    let api = ctx.data_unchecked::<Api>();
    let (field, named) = match (&input.workflow_id, &input.workflow_code) {
        (Some(id), None) => ("workflowId", id.parse::<WorkflowId>().ok()),
        (None, Some(code)) => {
            ("workflowCode", api.bus.workflow_coded(by.organization, code).await?)
        }
        _ => {
            let message = "give `workflowCode` or `workflowId`, exactly one of the two";
            return Ok(Err(UserError::new(StartRunErrorCode::InvalidInput, message)));
        }
    };
    let known = match named {
        Some(id) => api.bus.read::<Workflow>(by.organization, id).await?.map(|found| (id, found)),
        None => None,
    };
    let Some((workflow, state)) = known else {
        let message = "there is no such workflow: `workflows` lists them";
        let path = ["input", field];
        return Ok(Err(UserError::at(StartRunErrorCode::UnknownWorkflow, message, path)));
    };
    Ok(version(&state, input.version).map(|version| Target { workflow, version }))
}

fn version(workflow: &Workflow, asked: Option<u32>) -> Result<u32, UserError<StartRunErrorCode>> {
    let Some(current) = workflow.current_version() else {
        let message = "the workflow has no version yet: publish it first";
        return Err(UserError::new(StartRunErrorCode::NotPublished, message));
    };
    match asked {
        None => Ok(current),
        Some(version) if (1..=current).contains(&version) => Ok(version),
        Some(version) => {
            let message = format!("there is no version {version}: the versions are 1 to {current}");
            let path = ["input", "version"];
            Err(UserError::at(StartRunErrorCode::UnknownVersion, message, path))
        }
    }
}
