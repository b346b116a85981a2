//! What one can do with workflows.

use async_graphql::{Context, Object, Result};
use docket_domain::WorkflowId;
use docket_domain::workflow::Workflow as Aggregate;

use super::codes::{CreateWorkflowErrorCode, PublishWorkflowErrorCode, UpdateWorkflowErrorCode};
use super::input::{
    CreateWorkflowInput, CreateWorkflowPayload, PublishWorkflowInput, PublishWorkflowPayload,
    UpdateWorkflowInput, UpdateWorkflowPayload,
};
