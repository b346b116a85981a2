//! Members, as the API names them, and the people behind them, as events do.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, EnumType, ID, OutputType};
use docket_domain::organization::{Organization, RoleName, RoleNameError};
use docket_domain::{Acting, Assignment, Candidates, MemberId, UserId};
use docket_projections::table::Parties;

use super::api::Api;
use super::common::ApiError;
use super::common::payload::UserError;
use super::refusal::code;

/// Somebody named in an input who cannot be given work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unassignable {
    /// The organization has no such member.
    #[error("there is no member `{0}`: `members` lists them")]
    Member(String),
    /// The text is not a role's name.
    #[error(transparent)]
    Role(#[from] RoleNameError),
}

impl Unassignable {
    /// The refusal as one of a mutation's.
    ///
    /// # Errors
    /// `INTERNAL` where the mutation has forgotten the code.
    pub fn user_error<C: EnumType + OutputType>(&self) -> Result<UserError<C>, ApiError> {
        let (name, field) = match self {
            Self::Member(_) => ("UNKNOWN_MEMBER", "assigneeId"),
            Self::Role(_) => ("INVALID_ROLE", "candidateRoles"),
        };
        Ok(UserError::at(code(name)?, self, ["input", field]))
    }
}

/// Whom work is for, as an input names them.
///
/// # Errors
/// `UNAVAILABLE` where the organization cannot be read.
pub async fn assignment(
    ctx: &Context<'_>,
    by: &Acting,
    assignee: Option<&ID>,
    roles: Option<&[String]>,
) -> Result<Result<Assignment, Unassignable>, ApiError> {
    let organization = organization(ctx, by).await?;
    let assignee = assignee
        .map(|id| person(&organization, id).ok_or_else(|| Unassignable::Member(id.to_string())));
    let roles = roles.unwrap_or_default().iter();
    let roles = roles.map(|role| role.parse::<RoleName>()).collect::<Result<BTreeSet<_>, _>>();
    Ok(assignee.transpose().and_then(|assignee| {
        Ok(Assignment {
            assignee,
            candidates: Candidates { roles: roles?, ..Candidates::default() },
        })
    }))
}

/// The person behind a member's id; a person's own id is taken as well, for clients that know people by it.
fn person(organization: &Organization, id: &ID) -> Option<UserId> {
    if let Ok(member) = id.parse::<MemberId>() {
        return organization.user_of(member);
    }
    id.parse::<UserId>().ok().filter(|user| organization.member_of(*user).is_some())
}

/// The organization that somebody acts in.
pub async fn organization(ctx: &Context<'_>, by: &Acting) -> Result<Arc<Organization>, ApiError> {
    Ok(ctx.data_unchecked::<Api>().bus.organization(by.organization).await?)
}

/// Whoever acts, as the index of who has to do with what knows them.
pub fn parties(by: &Acting) -> Parties {
    match by.user() {
        Some(user) => Parties::of(user, &by.roles, &by.teams),
        None => Parties::default(),
    }
}
