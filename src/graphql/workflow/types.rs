//! Workflows and their versions, as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Json, Object, Result};
use chrono::{DateTime, Utc};
use docket_domain::{OrganizationId, WorkflowId};
use docket_projections::workflow::{self, VersionId, VersionRow, VersionSummary, WorkflowRow};
use serde_json::Value;

use crate::graphql::actor::Actor;
use crate::graphql::api::{Api, Entity};
use crate::graphql::common::ApiError;
use crate::graphql::loader::load_as_it_was;

/// Where a workflow stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "workflow::WorkflowStatus")]
pub enum WorkflowStatus {
    /// It has no version yet, so that no run can start from it.
    Draft,
    /// Runs start from its current version.
    Published,
}

/// A named definition with its versions.
#[derive(Debug, Clone)]
pub struct Workflow {
    organization: OrganizationId,
    row: Arc<WorkflowRow>,
}

impl Workflow {
    /// The workflow that `row` shows.
    pub const fn new(organization: OrganizationId, row: Arc<WorkflowRow>) -> Self {
        Self { organization, row }
    }

    /// The workflow of this id, in one batch with its neighbours.
    pub async fn by_id(
        ctx: &Context<'_>,
        organization: OrganizationId,
        id: WorkflowId,
    ) -> Result<Option<Self>, ApiError> {
        let row = load_as_it_was::<WorkflowRow>(ctx, organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }

    /// The number of the version from which runs start.
    pub fn current(&self) -> Option<u32> {
        self.row.current_version
    }
}

impl Entity for Workflow {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<WorkflowId>() else { return Ok(None) };
        let row = api.views.get::<WorkflowRow>(organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

/// A named definition, edited as a draft, frozen as numbered versions.
#[Object]
impl Workflow {
    /// Its id: `wf_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Its code, unique in the organization; it never changes.
    async fn code(&self) -> &str {
        &self.row.code
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its category; empty where its author named none.
    async fn category(&self) -> &str {
        &self.row.category
    }

    /// Where it stands.
    async fn status(&self) -> WorkflowStatus {
        self.row.status.into()
    }

    /// The number of the version from which runs start; null until one is published.
    async fn current_version(&self) -> Option<u32> {
        self.row.current_version
    }

    /// Its versions, oldest first.
    async fn versions(&self) -> Vec<WorkflowVersion> {
        let version = |summary: &VersionSummary| WorkflowVersion {
            organization: self.organization,
            workflow: self.row.id,
            summary: summary.clone(),
        };
        self.row.versions.iter().map(version).collect()
    }

    /// The definition as it is being edited; null where nothing was edited since the last version.
    async fn draft(&self) -> Option<Json<Value>> {
        self.row.draft.clone().map(Json)
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// Who created it.
    async fn created_by(&self) -> Actor {
        Actor::new(self.organization, self.row.created_by)
    }

    /// The number of its last event: what `expectedVersion` compares with. Not the number of a version.
    async fn version(&self) -> u64 {
        self.row.version
    }
}

/// A version of a workflow, frozen when it was published.
#[derive(Debug, Clone)]
pub struct WorkflowVersion {
    organization: OrganizationId,
    workflow: WorkflowId,
    summary: VersionSummary,
}

/// A version of a workflow, frozen when it was published.
#[Object]
impl WorkflowVersion {
    /// Its number, from 1.
    async fn version(&self) -> u32 {
        self.summary.version
    }

    /// The workflow's name at that version.
    async fn name(&self) -> &str {
        &self.summary.name
    }

    /// The definition, as its author wrote it.
    async fn definition(&self, ctx: &Context<'_>) -> Result<Json<Value>> {
        let id = VersionId { workflow: self.workflow, version: self.summary.version };
        let row = load_as_it_was::<VersionRow>(ctx, self.organization, id).await?;
        let row = row.ok_or_else(|| ApiError::internal("a version without its definition"))?;
        Ok(Json(row.definition.clone()))
    }

    /// Who published it.
    async fn published_by(&self) -> Actor {
        Actor::new(self.organization, self.summary.published_by)
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime<Utc> {
        self.summary.published_at
    }
}
