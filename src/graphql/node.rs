//! Anything by its id.

use async_graphql::{Context, ID, Interface, Object, Result};
use docket_domain::organization::Permission;
use docket_domain::{
    Acting, ApiKeyId, ApprovalId, EventId, MemberId, OrganizationId, RunId, StepId, TaskId, TeamId,
    UserId, WorkflowId,
};

use super::api::{Api, Entity};
use super::approval::Approval;
use super::audit::{AuditEvent, audit_event};
use super::authorization::authorize_at;
use super::common::{ApiError, MAX_PAGE, Position};
use super::organization::{ApiKey, Member, Organization};
use super::run::{Run, StepExecution};
use super::task::Task;
use super::team::Team;
use super::user::User;
use super::workflow::Workflow;

/// Anything that has an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id, unique over everything."))]
pub enum Node {
    /// The organization.
    Organization(Organization),
    /// A person who belongs to the organization.
    User(User),
    /// A member of the organization.
    Member(Member),
    /// A team.
    Team(Team),
    /// An API key.
    ApiKey(ApiKey),
    /// A workflow.
    Workflow(Workflow),
    /// A run.
    Run(Run),
    /// One activation of a step in a run.
    StepExecution(StepExecution),
    /// A task.
    Task(Task),
    /// An approval.
    Approval(Approval),
    /// An event.
    AuditEvent(AuditEvent),
}

/// Anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Whatever has this id; null where there is nothing of that id for you.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of anything.")] id: ID,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Option<Node>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        Ok(find(ctx, &by, &id).await?)
    }

    /// Whatever has each of these ids, in the same order; null where there is nothing of that id for you.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids of anything, at most 100.")] ids: Vec<ID>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Vec<Option<Node>>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        if ids.len() > MAX_PAGE as usize {
            let hint = format!("`ids` are at most {MAX_PAGE}: ask in several requests");
            return Err(ApiError::BadUserInput(hint).into());
        }
        let found = ids.iter().map(|id| find(ctx, &by, id));
        Ok(futures::future::try_join_all(found).await?)
    }
}

async fn find(ctx: &Context<'_>, by: &Acting, id: &ID) -> Result<Option<Node>, ApiError> {
    let (api, organization) = (ctx.data_unchecked::<Api>(), by.organization);
    let prefix = id.split_once('_').map_or("", |(prefix, _)| prefix);
    Ok(match prefix {
        WorkflowId::PREFIX if by.may(Permission::WorkflowRead) => {
            Workflow::load(api, organization, id).await?.map(Node::Workflow)
        }
        RunId::PREFIX if by.may(Permission::RunRead) => {
            Run::load(api, organization, id).await?.map(Node::Run)
        }
        StepId::PREFIX if by.may(Permission::RunRead) => {
            StepExecution::load(api, organization, id).await?.map(Node::StepExecution)
        }
        TaskId::PREFIX if by.may(Permission::TaskRead) => {
            Task::load(api, organization, id).await?.map(Node::Task)
        }
        ApprovalId::PREFIX if by.may(Permission::ApprovalRead) => {
            Approval::load(api, organization, id).await?.map(Node::Approval)
        }
        MemberId::PREFIX if by.may(Permission::MembersRead) => {
            Member::load(api, organization, id).await?.map(Node::Member)
        }
        OrganizationId::PREFIX if **id == organization.to_string() => {
            Some(Node::Organization(Organization::of(ctx, by).await?))
        }
        UserId::PREFIX => person(ctx, by, id).await?.map(Node::User),
        TeamId::PREFIX if by.may(Permission::MembersRead) => {
            Team::load(api, organization, id).await?.map(Node::Team)
        }
        ApiKeyId::PREFIX if by.may(Permission::KeysManage) => {
            ApiKey::load(api, organization, id).await?.map(Node::ApiKey)
        }
        EventId::PREFIX if by.may(Permission::AuditRead) => match id.parse() {
            Ok(id) => audit_event(api, organization, id).await?.map(Node::AuditEvent),
            Err(_) => None,
        },
        _ => None,
    })
}

/// A person who belongs to the caller's organization. Others exist, and not for the caller.
async fn person(ctx: &Context<'_>, by: &Acting, id: &ID) -> Result<Option<User>, ApiError> {
    let Ok(user) = id.parse::<UserId>() else { return Ok(None) };
    if by.user() == Some(user) {
        return User::caller(ctx, user).await.map(Some);
    }
    let seen = by.may(Permission::MembersRead);
    match Member::of_user(ctx, by.organization, user).await? {
        Some(_) if seen => User::by_id(ctx, user).await.map(Some),
        _ => Ok(None),
    }
}
