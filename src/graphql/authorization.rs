//! Which permission every root field needs: one table, and the one way to ask it.

use async_graphql::Context;
use docket_domain::Acting;
use docket_domain::organization::Permission;

use super::api::Api;
use super::common::{ApiError, Position};
use crate::identity::Caller;

/// What a root field needs of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is how one signs in.
    Nothing,
    /// Somebody who belongs to the organization, whatever the roles.
    Membership,
    /// This permission; the relation to the thing itself is the aggregate's to judge.
    Permission(Permission),
}

use Needs::{Membership, Nothing};

const fn may(permission: Permission) -> Needs {
    Needs::Permission(permission)
}

/// What each root field needs, by the type that it belongs to and its name.
pub const TABLE: &[(&str, &str, Needs)] = &[
    ("Query", "viewer", Membership),
    ("Query", "node", Membership),
    ("Query", "nodes", Membership),
    ("Query", "members", may(Permission::MembersRead)),
    ("Query", "workflow", may(Permission::WorkflowRead)),
    ("Query", "workflows", may(Permission::WorkflowRead)),
    ("Query", "run", may(Permission::RunRead)),
    ("Query", "runs", may(Permission::RunRead)),
    ("Query", "task", may(Permission::TaskRead)),
    ("Query", "tasks", may(Permission::TaskRead)),
    ("Query", "taskInbox", Membership),
    ("Query", "approval", may(Permission::ApprovalRead)),
    ("Query", "approvals", may(Permission::ApprovalRead)),
    ("Query", "approvalInbox", Membership),
    ("Query", "slaBreaches", may(Permission::DashboardRead)),
    ("Query", "auditTrail", may(Permission::AuditRead)),
    ("Query", "dashboard", may(Permission::DashboardRead)),
    ("Query", "system", may(Permission::SystemRead)),
    ("Mutation", "register", Nothing),
    ("Mutation", "login", Nothing),
    ("Mutation", "refreshSession", Nothing),
    ("Mutation", "logout", Membership),
    ("Mutation", "changePassword", Membership),
    ("Mutation", "createMember", may(Permission::MembersManage)),
    ("Mutation", "setMemberRoles", may(Permission::MembersManage)),
    ("Mutation", "createTeam", may(Permission::MembersManage)),
    ("Mutation", "setTeamMembers", may(Permission::MembersManage)),
    ("Mutation", "createApiKey", may(Permission::KeysManage)),
    ("Mutation", "revokeApiKey", may(Permission::KeysManage)),
    ("Mutation", "createWorkflow", may(Permission::WorkflowEdit)),
    ("Mutation", "updateWorkflow", may(Permission::WorkflowEdit)),
    ("Mutation", "publishWorkflow", may(Permission::WorkflowPublish)),
    ("Mutation", "startRun", may(Permission::RunStart)),
    ("Mutation", "cancelRun", may(Permission::RunCancel)),
    ("Mutation", "createTask", may(Permission::TaskCreate)),
    ("Mutation", "claimTask", may(Permission::TaskWork)),
    ("Mutation", "unclaimTask", may(Permission::TaskWork)),
    ("Mutation", "startTask", may(Permission::TaskWork)),
    ("Mutation", "cancelTask", may(Permission::TaskWork)),
    ("Mutation", "commentTask", may(Permission::TaskWork)),
    ("Mutation", "assignTask", may(Permission::TaskWork)),
    ("Mutation", "completeTask", may(Permission::TaskWork)),
    ("Mutation", "requestApproval", may(Permission::ApprovalRequest)),
    ("Mutation", "withdrawApproval", may(Permission::ApprovalRequest)),
    ("Mutation", "decideApproval", may(Permission::ApprovalVote)),
    ("Subscription", "events", may(Permission::AuditRead)),
    ("Subscription", "runUpdated", may(Permission::RunRead)),
    ("Subscription", "taskInboxChanged", Membership),
    ("Subscription", "approvalInboxChanged", Membership),
    ("Subscription", "dashboardChanged", may(Permission::DashboardRead)),
];

/// What the root field `name` of `parent` needs; `None` for one that the table has forgotten, which
/// nobody may then use.
pub fn needs(parent: &str, name: &str) -> Option<Needs> {
    TABLE.iter().find(|(of, field, _)| *of == parent && *field == name).map(|(_, _, needs)| *needs)
}

/// Whoever asks for this root field, with the authority that the organization gives now.
///
/// # Errors
/// `UNAUTHENTICATED` without a good token, `FORBIDDEN` without the permission that the field needs.
pub async fn authorize(ctx: &Context<'_>, parent: &str) -> Result<Acting, ApiError> {
    let by = acting(ctx).await?;
    permit(&by, parent, ctx.field().name())?;
    Ok(by)
}

/// The same for a query, whose answer is to show everything up to a position, in the read models of a group.
///
/// # Errors
/// Also `READ_MODEL_BEHIND` where they do not show it in time.
pub async fn authorize_at(
    ctx: &Context<'_>,
    (group, min_position): (&'static str, Option<Position>),
) -> Result<Acting, ApiError> {
    let by = authorize(ctx, "Query").await?;
    if let Some(Position(position)) = min_position {
        ctx.data_unchecked::<Api>().reached(group, position).await?;
    }
    Ok(by)
}

/// Whether the root field `name` of `parent` is for `by`.
///
/// # Errors
/// `FORBIDDEN` without the permission that the field needs.
pub fn permit(by: &Acting, parent: &str, name: &str) -> Result<(), ApiError> {
    match needs(parent, name) {
        Some(Needs::Nothing | Needs::Membership) => Ok(()),
        Some(Needs::Permission(permission)) if by.may(permission) => Ok(()),
        Some(Needs::Permission(permission)) => Err(ApiError::Forbidden(permission)),
        None => Err(ApiError::internal(format!("{parent}.{name} needs nothing"))),
    }
}

/// Whoever asks, with the authority that the organization gives now.
///
/// # Errors
/// `UNAUTHENTICATED` without a good token, or where the organization knows the caller no longer.
pub async fn acting(ctx: &Context<'_>) -> Result<Acting, ApiError> {
    acting_as(ctx.data_unchecked::<Api>(), caller(ctx)?).await
}

/// Whoever the request's token stands for.
///
/// # Errors
/// `UNAUTHENTICATED` without a good token.
pub fn caller(ctx: &Context<'_>) -> Result<Caller, ApiError> {
    ctx.data_opt::<Caller>().copied().ok_or_else(|| {
        let how = "log in, and send the access token as `Authorization: Bearer …`";
        ApiError::Unauthenticated(how.to_owned())
    })
}

/// `caller`, with the authority that the organization gives now.
///
/// # Errors
/// `UNAUTHENTICATED` where the organization knows the caller no longer.
pub async fn acting_as(api: &Api, caller: Caller) -> Result<Acting, ApiError> {
    acting_since(api, caller, 0).await
}

/// The same, once the organization's events up to `sequence` count.
///
/// # Errors
/// As [`acting_as`].
pub async fn acting_since(api: &Api, caller: Caller, sequence: u64) -> Result<Acting, ApiError> {
    let by = api.bus.acting_since(caller.organization, caller.actor, sequence).await?;
    by.ok_or_else(|| ApiError::Unauthenticated("the organization knows you no longer".to_owned()))
}
