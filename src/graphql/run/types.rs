//! Runs and their steps, as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Json, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use docket_domain::{Actor as Who, OrganizationId, RunId, StepId};
use docket_projections::run::{self, RunRow, StepChunkRow, StepPlaceRow, StepRow};
use serde_json::Value;

use crate::graphql::actor::Actor;
use crate::graphql::api::{Api, Entity};
use crate::graphql::approval::Approval;
use crate::graphql::audit::{AuditEvent, history_of_subject};
use crate::graphql::belongings::load_page;
use crate::graphql::common::{ApiError, Connection, page};
use crate::graphql::loader::{RowLoader, load_row};
use crate::graphql::task::Task;
use crate::graphql::workflow::Workflow;

/// Where a run stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "run::RunStatus")]
pub enum RunStatus {
    /// Some of its steps are active.
    Running,
    /// It came to an end of its definition; `outcome` names which.
    Completed,
    /// Somebody cancelled it.
    Cancelled,
}

/// Where one activation of a step stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "run::StepStatus")]
pub enum StepStatus {
    /// It is at work, or waits.
    Active,
    /// It came to its end.
    Completed,
    /// It was given up.
    Cancelled,
}

/// The types of steps.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "docket_domain::run::StepType")]
pub enum StepType {
    /// A person's work.
    Task,
    /// A decision asked of people.
    Approval,
    /// Only routes.
    Decision,
    /// An action by a program.
    Automation,
    /// A pause.
    Wait,
    /// Another workflow.
    Subworkflow,
    /// An end of the run.
    End,
}

/// What a run or an approval is about, in the terms of the system that keeps it.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The kind of thing, such as `equipment`.
    pub entity_type: String,
    /// Its id there.
    pub entity_id: String,
}

impl From<&docket_domain::run::Subject> for Subject {
    fn from(subject: &docket_domain::run::Subject) -> Self {
        let docket_domain::run::Subject { entity_type, entity_id } = subject.clone();
        Self { entity_type, entity_id }
    }
}

/// Something that keeps a run from going on at a step without a person's help.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The key of the step.
    pub step_key: String,
    /// What kind of thing went wrong, such as `NO_TRANSITION`.
    pub code: String,
    /// What went wrong.
    pub message: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// One execution of a workflow's version.
#[derive(Debug, Clone)]
pub struct Run {
    pub(super) organization: OrganizationId,
    pub(super) row: Arc<RunRow>,
}

impl Run {
    /// The run that `row` shows.
    pub const fn new(organization: OrganizationId, row: Arc<RunRow>) -> Self {
        Self { organization, row }
    }

    /// The run of this id, in one batch with its neighbours.
    pub async fn by_id(
        ctx: &Context<'_>,
        organization: OrganizationId,
        id: RunId,
    ) -> Result<Option<Self>, ApiError> {
        let row = load_row::<RunRow>(ctx, organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

impl Entity for Run {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<RunId>() else { return Ok(None) };
        let row = api.views.get::<RunRow>(organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

/// One execution of a workflow's version, about a subject, with variables.
#[Object]
impl Run {
    /// Its id: `run_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The workflow that it is a run of.
    async fn workflow(&self, ctx: &Context<'_>) -> Result<Workflow> {
        let workflow = Workflow::by_id(ctx, self.organization, self.row.workflow).await?;
        Ok(workflow.ok_or_else(|| ApiError::internal("a run without its workflow"))?)
    }

    /// The number of the version that it runs on.
    async fn workflow_version(&self) -> u32 {
        self.row.workflow_version
    }

    /// Where it stands.
    async fn status(&self) -> RunStatus {
        self.row.status.into()
    }

    /// The outcome that the end names to which it came; null while it runs, and when it was cancelled.
    async fn outcome(&self) -> Option<&str> {
        self.row.outcome.as_deref()
    }

    /// Why it was cancelled; null unless it was.
    async fn cancel_reason(&self) -> Option<&str> {
        self.row.cancel_reason.as_deref()
    }

    /// What it is about; null where it was started about nothing.
    async fn subject(&self) -> Option<Subject> {
        self.row.subject.as_ref().map(Subject::from)
    }

    /// Its variables now: an object. Personal values of an erased person are null.
    async fn variables(&self) -> Json<Value> {
        Json(Value::Object(self.row.variables.clone()))
    }

    /// Who started it.
    async fn started_by(&self) -> Actor {
        Actor::new(self.organization, self.row.started_by)
    }

    /// When it was started.
    async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// When it ended; null while it runs.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }

    /// The steps that are active now, in the order in which they were activated.
    async fn active_steps(&self) -> Vec<StepExecution> {
        self.row.active_steps().map(|step| self.step(step)).collect()
    }

    /// Every activation of a step, in the order of activation.
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<StepExecution>> {
        let chunks = ctx.data_unchecked::<RowLoader<StepChunkRow>>();
        let ids = self.row.chunk_ids().map(|id| (self.organization, id));
        let chunks = chunks.load_many(ids).await?;
        let steps = self.row.all_steps(chunks.values().map(|chunk| &**chunk));
        Ok(steps.into_iter().map(|step| self.step(step)).collect())
    }

    /// What keeps it from going on; empty while nothing does.
    async fn incidents(&self) -> Vec<Incident> {
        let incident = |incident: &run::Incident| Incident {
            step_key: incident.step_key.clone(),
            code: incident.code.clone(),
            message: incident.message.clone(),
            at: incident.at,
        };
        self.row.incidents.iter().map(incident).collect()
    }

    /// The tasks that its steps raised, oldest first.
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
    ) -> Result<Connection<Task>> {
        let page = page(ctx, first, after, last, before)?;
        let rows = load_page(ctx, self.organization, self.row.id, page).await?;
        Ok(Connection::new(rows, |row| Task::new(self.organization, row)))
    }

    /// The approvals that its steps raised, oldest first.
    async fn approvals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
    ) -> Result<Connection<Approval>> {
        let page = page(ctx, first, after, last, before)?;
        let rows = load_page(ctx, self.organization, self.row.id, page).await?;
        Ok(Connection::new(rows, |row| Approval::new(self.organization, row)))
    }

    /// Everything that happened to the run itself, in the order of the log. Needs `audit:read`.
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

impl Run {
    fn step(&self, row: &StepRow) -> StepExecution {
        StepExecution { organization: self.organization, row: row.clone() }
    }

    /// Who started it.
    pub fn starter(&self) -> Who {
        self.row.started_by
    }
}

/// One activation of a step in a run.
#[derive(Debug, Clone)]
pub struct StepExecution {
    organization: OrganizationId,
    row: StepRow,
}

impl Entity for StepExecution {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<StepId>() else { return Ok(None) };
        let Some(place) = api.views.get::<StepPlaceRow>(organization, id).await? else {
            return Ok(None);
        };
        let Some(run) = api.views.get::<RunRow>(organization, place.run).await? else {
            return Ok(None);
        };
        let steps = api.views.steps_of(organization, &run).await?;
        let found = steps.into_iter().find(|step| step.id == id);
        Ok(found.map(|row| Self { organization, row }))
    }
}

/// One activation of a step in a run.
#[Object]
impl StepExecution {
    /// Its id: `stp_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The step's key in the definition.
    async fn key(&self) -> &str {
        &self.row.key
    }

    /// The step's name in the definition.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The step's type.
    #[graphql(name = "type")]
    async fn step_type(&self) -> StepType {
        self.row.step_type.into()
    }

    /// Where it stands.
    async fn status(&self) -> StepStatus {
        self.row.status.into()
    }

    /// How many times the step has been activated in the run, this time included.
    async fn attempt(&self) -> u32 {
        self.row.attempt
    }

    /// When it was activated.
    async fn started_at(&self) -> DateTime<Utc> {
        self.row.started_at
    }

    /// When it ended; null while it is active.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }

    /// When its work is due; null where nothing is promised.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row.due_at
    }

    /// What came of it; null while it is active, and where it names no outcomes.
    async fn outcome(&self) -> Option<&str> {
        self.row.outcome.as_deref()
    }

    /// Its result; null while it is active.
    async fn data(&self) -> Option<Json<Value>> {
        self.row.data.clone().map(Json)
    }

    /// The task that it raised; null for other types of steps.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Task>> {
        match self.row.task {
            Some(task) => Ok(Task::by_id(ctx, self.organization, task).await?),
            None => Ok(None),
        }
    }

    /// The approval that it raised; null for other types of steps.
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<Approval>> {
        match self.row.approval {
            Some(approval) => Ok(Approval::by_id(ctx, self.organization, approval).await?),
            None => Ok(None),
        }
    }
}
