//! Members, as the API names them, and the people behind them, as events do.

use async_graphql::{Context, ID};
use docket_domain::organization::Organization;
use docket_domain::{Acting, MemberId, UserId};

use super::api::Api;
use super::common::ApiError;

/// The person behind a member's id; `None` where the organization has no such member.
///
/// A person's own id is taken as well, for clients that know people by it.
pub async fn person(ctx: &Context<'_>, by: &Acting, id: &ID) -> Result<Option<UserId>, ApiError> {
    let organization = organization(ctx, by).await?;
    if let Ok(member) = id.parse::<MemberId>() {
        return Ok(organization.user_of(member));
    }
    let user = id.parse::<UserId>().ok();
    Ok(user.filter(|user| organization.member_of(*user).is_some()))
}

/// The organization that somebody acts in.
pub async fn organization(
    ctx: &Context<'_>,
    by: &Acting,
) -> Result<std::sync::Arc<Organization>, ApiError> {
    Ok(ctx.data_unchecked::<Api>().bus.organization(by.organization).await?)
}

/// Whoever acts, as the index of who has to do with what knows them.
pub fn parties(by: &Acting) -> Parties {
    match by.user() {
        Some(user) => Parties::of(user, &by.roles, &by.teams),
        None => Parties::default(),
    }
}
