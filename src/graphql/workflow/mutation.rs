//! What one can do with workflows.

use async_graphql::{Context, Object, Result};
use docket_domain::workflow::{
    CreateWorkflow, PublishWorkflow, UpdateWorkflow, Workflow as Aggregate, WorkflowCommand,
    WorkflowEvent,
};
use docket_domain::{DomainEvents, WorkflowId};
use docket_eventlog::Claim;
use serde_json::{Value, json};

use super::codes::{CreateWorkflowErrorCode, PublishWorkflowErrorCode, UpdateWorkflowErrorCode};
use super::input::{
    CreateWorkflowInput, CreateWorkflowPayload, PublishWorkflowInput, PublishWorkflowPayload,
    UpdateWorkflowInput, UpdateWorkflowPayload,
};
use crate::bus::{WORKFLOW_CODE, Work};
use crate::graphql::execute::Call;
use crate::graphql::people::organization;

/// What one can do with workflows.
#[derive(Default)]
pub struct WorkflowMutation;

#[Object]
impl WorkflowMutation {
    /// Creates a workflow as a draft. Its code is taken from then on.
    async fn create_workflow(
        &self,
        ctx: &Context<'_>,
        input: CreateWorkflowInput,
    ) -> Result<Option<CreateWorkflowPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let id: WorkflowId = call.request.ids().id("workflow", 0);
        let code = input.definition.get("code").and_then(|code| code.as_str()).unwrap_or_default();
        let claim = Claim {
            org_id: call.request.by.organization.to_string(),
            kind: WORKFLOW_CODE,
            name: code.to_owned(),
            holder: id.to_string(),
        };
        let command =
            WorkflowCommand::CreateWorkflow(CreateWorkflow { definition: input.definition.0 });
        let work = Work::new()
            .create::<Aggregate>(id, command)
            .claim(claim)
            .answering(json!({ "id": id.to_string() }));
        let called = call.execute::<CreateWorkflowErrorCode>(work).await?;
        let workflow = called.entity("workflow").await;
        Ok(Some(CreateWorkflowPayload { workflow, answer: called.answer }))
    }

    /// Replaces a workflow's draft. Runs stay on the version that they began with.
    async fn update_workflow(
        &self,
        ctx: &Context<'_>,
        input: UpdateWorkflowInput,
    ) -> Result<Option<UpdateWorkflowPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command =
            WorkflowCommand::UpdateWorkflow(UpdateWorkflow { definition: input.definition.0 });
        let called = call
            .change::<Aggregate, UpdateWorkflowErrorCode>(
                &input.id,
                input.expected_version,
                command,
            )
            .await?;
        let workflow = called.entity("workflow").await;
        Ok(Some(UpdateWorkflowPayload { workflow, answer: called.answer }))
    }

    /// Checks a workflow's draft in full and freezes it as a numbered version, from which runs start. All
    /// faults come in one answer, each with its path.
    async fn publish_workflow(
        &self,
        ctx: &Context<'_>,
        input: PublishWorkflowInput,
    ) -> Result<Option<PublishWorkflowPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let held_roles = organization(ctx, &call.request.by).await?.held_roles();
        let command = WorkflowCommand::PublishWorkflow(PublishWorkflow { held_roles });
        let called = call
            .change_with::<Aggregate, PublishWorkflowErrorCode>(
                &input.id,
                input.expected_version,
                command,
                |work, id| work.answering_with(move |events| published(id, events)),
            )
            .await?;
        let version = called.done.as_ref().and_then(|done| done.outcome.get("version")?.as_u64());
        Ok(Some(PublishWorkflowPayload {
            workflow: called.entity("workflow").await,
            version: version.and_then(|version| u32::try_from(version).ok()),
            answer: called.answer,
        }))
    }
}

/// The workflow, and the number of the version that was frozen.
fn published(id: WorkflowId, events: &[&DomainEvents]) -> Value {
    let version = events.iter().find_map(|event| match event {
        DomainEvents::Workflow(WorkflowEvent::WorkflowPublished { version, .. }) => Some(*version),
        _ => None,
    });
    json!({ "id": id.to_string(), "version": version })
}
