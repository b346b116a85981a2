//! Tasks, as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Json, Object, Result};
use chrono::{DateTime, Utc};
use docket_domain::{OrganizationId, TaskId};
use docket_projections::task::{self, CommentRow, TaskRow};
use serde_json::Value;

use crate::graphql::actor::Actor;
use crate::graphql::api::{Api, Entity};
use crate::graphql::audit::{AuditEvent, history_of_subject};
use crate::graphql::common::{ApiError, Connection, page};
use crate::graphql::loader::{load_comments, load_row};
use crate::graphql::organization::Member;
use crate::graphql::run::Run;

/// Where a task stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "task::TaskStatus")]
pub enum TaskStatus {
    /// Nobody is at work on it.
    Open,
    /// Its holder is at work on it.
    InProgress,
    /// It is done.
    Completed,
    /// It is wanted no longer.
    Cancelled,
}

/// How urgent a task is.
#[derive(Enum, Debug, Clone, Copy, Default, PartialEq, Eq)]
#[graphql(remote = "docket_domain::task::Priority")]
pub enum Priority {
    /// Before everything else.
    Critical,
    /// Soon.
    High,
    /// In its turn.
    #[default]
    Medium,
    /// When there is time.
    Low,
}

/// Work for a person.
#[derive(Debug, Clone)]
pub struct Task {
    pub(super) organization: OrganizationId,
    pub(super) row: Arc<TaskRow>,
}

impl Task {
    /// The task that `row` shows.
    pub const fn new(organization: OrganizationId, row: Arc<TaskRow>) -> Self {
        Self { organization, row }
    }

    /// The task of this id, in one batch with its neighbours.
    pub async fn by_id(
        ctx: &Context<'_>,
        organization: OrganizationId,
        id: TaskId,
    ) -> Result<Option<Self>, ApiError> {
        let row = load_row::<TaskRow>(ctx, organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

impl Entity for Task {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<TaskId>() else { return Ok(None) };
        let row = api.views.get::<TaskRow>(organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

/// Work for a person: stand-alone, or raised by a step of a run.
#[Object]
impl Task {
    /// Its id: `task_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// What to do, in a few words.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What to do, at length; empty where nobody said.
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// Where it stands.
    async fn status(&self) -> TaskStatus {
        self.row.status.into()
    }

    /// How urgent it is.
    async fn priority(&self) -> Priority {
        self.row.priority.into()
    }

    /// Who holds it; null while nobody does.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.row.assignee {
            Some(user) => Ok(Member::of_user(ctx, self.organization, user).await?),
            None => Ok(None),
        }
    }

    /// The roles whose holders may claim it.
    async fn candidate_roles(&self) -> Vec<String> {
        self.row.candidates.roles.iter().map(ToString::to_string).collect()
    }

    /// The outcomes to choose from when it is completed; empty where completing it says all.
    async fn outcomes(&self) -> &[String] {
        &self.row.outcomes
    }

    /// The JSON Schema (2020-12) that its data must satisfy; null for a task without a form.
    async fn form(&self) -> Option<Json<Value>> {
        self.row.form.clone().map(Json)
    }

    /// When it is due; null where nothing is promised.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row.due_at
    }

    /// When it was found open beyond its due date; null while it is not.
    async fn breached_at(&self) -> Option<DateTime<Utc>> {
        self.row.breached_at
    }

    /// How far it is, in percent from 0 to 100.
    async fn progress(&self) -> u8 {
        self.row.progress
    }

    /// The run whose step raised it; null for a stand-alone task.
    async fn run(&self, ctx: &Context<'_>) -> Result<Option<Run>> {
        match &self.row.origin {
            Some(origin) => Ok(Run::by_id(ctx, self.organization, origin.run).await?),
            None => Ok(None),
        }
    }

    /// The key of the step that raised it; null for a stand-alone task.
    async fn step_key(&self) -> Option<&str> {
        self.row.origin.as_ref().map(|origin| origin.key.as_str())
    }

    /// The outcome that was chosen; null until it is completed, and where it names none.
    async fn outcome(&self) -> Option<&str> {
        self.row.outcome.as_deref()
    }

    /// The answers to its form; null until it is completed.
    async fn data(&self) -> Option<Json<Value>> {
        self.row.data.clone().map(Json)
    }

    /// Why it was cancelled; null unless it was.
    async fn cancel_reason(&self) -> Option<&str> {
        self.row.cancel_reason.as_deref()
    }

    /// Who created it; Docket where a run did.
    async fn created_by(&self) -> Actor {
        Actor::new(self.organization, self.row.created_by)
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it was completed or cancelled; null while it is open.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }

    /// What people have said about it, oldest first.
    async fn comments(&self, ctx: &Context<'_>) -> Result<Vec<Comment>> {
        if self.row.comments == 0 {
            return Ok(Vec::new());
        }
        let organization = self.organization;
        let rows = load_comments(ctx, organization, self.row.id).await?;
        Ok(rows.into_iter().map(|row| Comment { organization, row }).collect())
    }

    /// Everything that happened to the task, in the order of the log. Needs `audit:read`.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
    ) -> Result<Connection<AuditEvent>> {
        let page = page(ctx, first, after, last, before)?;
        Ok(history_of_subject(ctx, self.organization, self.row.id, page).await?)
    }

    /// The number of its last event: what `expectedVersion` compares with.
    async fn version(&self) -> u64 {
        self.row.version
    }
}

/// What somebody has said about a task.
#[derive(Debug, Clone)]
pub struct Comment {
    organization: OrganizationId,
    row: Arc<CommentRow>,
}

/// What somebody has said about a task.
#[Object]
impl Comment {
    /// Its id: that of the event.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Who said it.
    async fn author(&self) -> Actor {
        Actor::new(self.organization, self.row.author)
    }

    /// What was said; null once its subject has been erased.
    async fn text(&self) -> Option<&str> {
        self.row.text.as_deref()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.row.at
    }
}
