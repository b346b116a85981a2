//! A breach, as the API shows it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use docket_domain::OrganizationId;
use docket_projections::WorkId;
use docket_projections::breach::BreachRow;

use crate::graphql::approval::Approval;
use crate::graphql::run::Run;
use crate::graphql::task::Task;

/// Work that was open beyond its due date.
#[derive(Debug, Clone)]
pub struct SlaBreach {
    organization: OrganizationId,
    row: Arc<BreachRow>,
}

impl SlaBreach {
    /// The breach that `row` shows.
    pub const fn new(organization: OrganizationId, row: Arc<BreachRow>) -> Self {
        Self { organization, row }
    }
}

/// Work that was open beyond its due date: recorded once, and for ever.
#[Object]
impl SlaBreach {
    /// The id of the task or the approval that was late.
    async fn subject_id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// What was to be done, in a few words.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// The task that was late; null where an approval was.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.row.id {
            WorkId::Task(id) => Ok(Task::by_id(ctx, self.organization, id).await?),
            WorkId::Approval(_) => Ok(None),
        }
    }

    /// The approval that was late; null where a task was.
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<Approval>> {
        match self.row.id {
            WorkId::Approval(id) => Ok(Approval::by_id(ctx, self.organization, id).await?),
            WorkId::Task(_) => Ok(None),
        }
    }

    /// The run whose step raised it; null where it stands alone.
    async fn run(&self, ctx: &Context<'_>) -> Result<Option<Run>> {
        match &self.row.origin {
            Some(origin) => Ok(Run::by_id(ctx, self.organization, origin.run).await?),
            None => Ok(None),
        }
    }

    /// The key of the step that raised it; null where it stands alone.
    async fn step_key(&self) -> Option<&str> {
        self.row.origin.as_ref().map(|origin| origin.key.as_str())
    }

    /// When it was due.
    async fn due_at(&self) -> DateTime<Utc> {
        self.row.due_at
    }

    /// When the breach was recorded.
    async fn breached_at(&self) -> Option<DateTime<Utc>> {
        self.row.breached_at
    }

    /// When the work ended after all; null while it is open.
    async fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.row.resolved_at
    }
}
