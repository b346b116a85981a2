//! What the mutations of workflows take and answer.

use async_graphql::{ID, InputObject, Json, SimpleObject};
use serde_json::Value;

use super::codes::{CreateWorkflowErrorCode, PublishWorkflowErrorCode, UpdateWorkflowErrorCode};
use super::types::Workflow;
use crate::graphql::common::payload::Answer;
use crate::graphql::execute::Meta;

/// A workflow to create.
#[derive(InputObject)]
pub struct CreateWorkflowInput {
    /// The definition: a JSON object with at least `code` and `name`. It is a draft, and checked in full when
    /// it is published. At most 256 KiB.
    pub definition: Json<Value>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A new draft for a workflow.
#[derive(InputObject)]
pub struct UpdateWorkflowInput {
    /// The workflow.
    pub id: ID,
    /// The definition; its `code` cannot change.
    pub definition: Json<Value>,
    /// The version that you have read; where the workflow is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A workflow whose draft is to be published.
#[derive(InputObject)]
pub struct PublishWorkflowInput {
    /// The workflow.
    pub id: ID,
    /// The version that you have read; where the workflow is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// What came of creating a workflow.
#[derive(SimpleObject)]
pub struct CreateWorkflowPayload {
    /// The workflow.
    pub workflow: Option<Workflow>,
    #[graphql(flatten)]
    pub answer: Answer<CreateWorkflowErrorCode>,
}

/// What came of a new draft.
#[derive(SimpleObject)]
pub struct UpdateWorkflowPayload {
    /// The workflow.
    pub workflow: Option<Workflow>,
    #[graphql(flatten)]
    pub answer: Answer<UpdateWorkflowErrorCode>,
}

/// What came of publishing.
#[derive(SimpleObject)]
pub struct PublishWorkflowPayload {
    /// The workflow.
    pub workflow: Option<Workflow>,
    /// The number of the version that was frozen.
    pub version: Option<u32>,
    #[graphql(flatten)]
    pub answer: Answer<PublishWorkflowErrorCode>,
}
