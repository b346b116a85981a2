//! Approvals, their levels and votes, as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Json, Object, Result};
use chrono::{DateTime, Utc};
use docket_domain::approval as domain;
use docket_domain::{Actor as Who, ApprovalId, OrganizationId};
use docket_projections::approval::{self, ApprovalRow, LevelRow, VoteRow};
use serde_json::Value;

use crate::graphql::actor::Actor;
use crate::graphql::api::{Api, Entity};
use crate::graphql::audit::{AuditEvent, history_of_subject};
use crate::graphql::common::{ApiError, Connection, page};
use crate::graphql::loader::load_row;
use crate::graphql::organization::Member;
use crate::graphql::run::{Run, Subject};

/// Where an approval stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "approval::ApprovalStatus")]
pub enum ApprovalStatus {
    /// It waits for votes.
    Pending,
    /// It has ended; `outcome` says how.
    Decided,
}

/// How an approval ended.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Outcome")]
pub enum ApprovalOutcome {
    /// Every level approved.
    Approved,
    /// A level rejected.
    Rejected,
    /// It was taken back.
    Withdrawn,
    /// It was not decided in time.
    Expired,
}

/// What a voter says.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Decision")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// Where one level of an approval stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "approval::LevelStatus")]
pub enum LevelStatus {
    /// The levels before it are not done yet.
    Waiting,
    /// It waits for votes.
    Open,
    /// Its quorum approved.
    Approved,
    /// It rejected.
    Rejected,
    /// The approval ended without it.
    Closed,
}

/// A decision asked of people.
#[derive(Debug, Clone)]
pub struct Approval {
    organization: OrganizationId,
    row: Arc<ApprovalRow>,
}

impl Approval {
    /// The approval that `row` shows.
    pub const fn new(organization: OrganizationId, row: Arc<ApprovalRow>) -> Self {
        Self { organization, row }
    }

    /// The approval of this id, in one batch with its neighbours.
    pub async fn by_id(
        ctx: &Context<'_>,
        organization: OrganizationId,
        id: ApprovalId,
    ) -> Result<Option<Self>, ApiError> {
        let row = load_row::<ApprovalRow>(ctx, organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

impl Entity for Approval {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<ApprovalId>() else { return Ok(None) };
        let row = api.views.get::<ApprovalRow>(organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

/// A decision asked of people, in levels with a quorum: stand-alone, or raised by a step of a run.
#[Object]
impl Approval {
    /// Its id: `apr_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// What is to be decided, in a few words.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Where it stands.
    async fn status(&self) -> ApprovalStatus {
        self.row.status.into()
    }

    /// How it ended; null while it is pending.
    async fn outcome(&self) -> Option<ApprovalOutcome> {
        self.row.outcome.map(Into::into)
    }

    /// Who asked for it; Docket where a run did.
    async fn requested_by(&self) -> Actor {
        Actor::new(self.organization, self.row.requested_by)
    }

    /// When it was asked for.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.row.requested_at
    }

    /// When it was decided; null while it is pending.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.row.decided_at
    }

    /// When it is due; null where nothing is promised.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row.due_at
    }

    /// When it was found undecided beyond its due date; null while it is not.
    async fn breached_at(&self) -> Option<DateTime<Utc>> {
        self.row.breached_at
    }

    /// What it is about; null where it is about nothing that has an id.
    async fn subject(&self) -> Option<Subject> {
        self.row.subject.as_ref().map(Subject::from)
    }

    /// The version of what it is about: what a vote's `subjectVersion` must name.
    async fn subject_version(&self) -> u32 {
        self.row.subject_version
    }

    /// What the voters need to see; null where there is nothing.
    async fn data(&self) -> Option<Json<Value>> {
        self.row.data.clone().map(Json)
    }

    /// The run whose step raised it; null for a stand-alone approval.
    async fn run(&self, ctx: &Context<'_>) -> Result<Option<Run>> {
        match &self.row.origin {
            Some(origin) => Ok(Run::by_id(ctx, self.organization, origin.run).await?),
            None => Ok(None),
        }
    }

    /// The key of the step that raised it; null for a stand-alone approval.
    async fn step_key(&self) -> Option<&str> {
        self.row.origin.as_ref().map(|origin| origin.key.as_str())
    }

    /// The levels, in the order in which they are asked.
    async fn levels(&self) -> Vec<ApprovalLevel> {
        let organization = self.organization;
        self.row.levels.iter().map(|row| ApprovalLevel { organization, row: row.clone() }).collect()
    }

    /// Every vote, in the order in which they were cast.
    async fn votes(&self) -> Vec<Vote> {
        let organization = self.organization;
        self.row.votes().map(|row| Vote { organization, row: row.clone() }).collect()
    }

    /// Everything that happened to the approval, in the order of the log. Needs `audit:read`.
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

/// One level of an approval.
#[derive(Debug, Clone)]
pub struct ApprovalLevel {
    organization: OrganizationId,
    row: LevelRow,
}

/// One level of an approval: people of whom a number must approve.
#[Object]
impl ApprovalLevel {
    /// Its key, unique in the approval.
    async fn key(&self) -> &str {
        &self.row.key
    }

    /// How many must approve: `any`, `all`, or a number.
    async fn quorum(&self) -> String {
        match self.row.quorum {
            domain::Quorum::Any => "any".to_owned(),
            domain::Quorum::All => "all".to_owned(),
            domain::Quorum::Number(number) => number.to_string(),
        }
    }

    /// Where it stands.
    async fn status(&self) -> LevelStatus {
        self.row.status.into()
    }

    /// Who may vote.
    async fn approvers(&self) -> Approvers {
        Approvers { organization: self.organization, row: self.row.clone() }
    }

    /// The votes on this level, in the order in which they were cast.
    async fn votes(&self) -> Vec<Vote> {
        let organization = self.organization;
        self.row.votes.iter().map(|row| Vote { organization, row: row.clone() }).collect()
    }
}

/// Who may vote on a level.
#[derive(Debug, Clone)]
pub struct Approvers {
    organization: OrganizationId,
    row: LevelRow,
}

/// Who may vote on a level: by role, by team, by name.
#[Object]
impl Approvers {
    /// Everybody who holds one of these roles.
    async fn roles(&self) -> Vec<String> {
        self.row.approvers.roles.iter().map(ToString::to_string).collect()
    }

    /// Everybody in one of these teams, by id.
    async fn team_ids(&self) -> Vec<ID> {
        self.row.approvers.teams.iter().map(|team| ID(team.to_string())).collect()
    }

    /// Members by name.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        Ok(Member::of_users(ctx, self.organization, &self.row.approvers.users).await?)
    }
}

/// What one person said.
#[derive(Debug, Clone)]
pub struct Vote {
    organization: OrganizationId,
    row: VoteRow,
}

/// What one person said, and why; for ever.
#[Object]
impl Vote {
    /// Who voted.
    async fn by(&self) -> Actor {
        Actor::new(self.organization, Who::User(self.row.voter))
    }

    /// For whom, where that is somebody else.
    async fn on_behalf_of(&self) -> Option<Actor> {
        self.row.on_behalf_of.map(|user| Actor::new(self.organization, Who::User(user)))
    }

    /// What the voter said.
    async fn decision(&self) -> Decision {
        self.row.decision.into()
    }

    /// Why; null where the voter said nothing, or once the voter has been erased.
    async fn comment(&self) -> Option<&str> {
        self.row.comment.as_deref()
    }

    /// What the voter filled in.
    async fn data(&self) -> Option<Json<Value>> {
        self.row.data.clone().map(Json)
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.row.at
    }

    /// The version of the subject that the voter had seen.
    async fn subject_version(&self) -> u32 {
        self.row.subject_version
    }
}
