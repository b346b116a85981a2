//! The caller, as the API shows them.

use async_graphql::{Context, Object, Result};
use docket_domain::Acting;
use docket_domain::organization::Permission;

use super::{Member, Organization};
use crate::graphql::actor::Actor;
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;
use crate::graphql::user::User;

/// Whoever asks.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub(super) by: Acting,
}

/// Whoever asks, in the organization that they act in, with what it permits them now.
#[Object]
impl Viewer {
    /// The caller as an actor: a person, or a program by its API key.
    async fn actor(&self) -> Actor {
        Actor::new(self.by.organization, self.by.actor)
    }

    /// The person. A program is no person: for a caller with an API key this is an error, and `actor` says
    /// who it is.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        let Some(user) = self.by.user() else {
            let hint = "an API key belongs to no person: ask for `actor`";
            return Err(ApiError::BadUserInput(hint.to_owned()).into());
        };
        Ok(User::caller(ctx, user).await?)
    }

    /// The person's membership; null for a program.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        let Some(user) = self.by.user() else { return Ok(None) };
        let organization = self.by.organization;
        if let Some(member) = Member::of_user(ctx, organization, user).await? {
            return Ok(Some(member));
        }
        // Somebody may have joined so lately that no read model knows of it yet.
        let api = ctx.data_unchecked::<Api>();
        let head = api.bus.log().store().head().await.map_err(ApiError::from)?;
        api.reached("core", head.position).await?;
        Ok(Member::of_user(ctx, organization, user).await?)
    }

    /// The organization that the caller acts in: the one that they logged into.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Organization> {
        Ok(Organization::of(ctx, &self.by).await?)
    }

    /// The names of the roles that the caller holds.
    async fn roles(&self) -> Vec<String> {
        self.by.roles.iter().map(ToString::to_string).collect()
    }

    /// What those roles permit together, such as `task:work`.
    async fn permissions(&self) -> Vec<&'static str> {
        self.by.permissions.iter().copied().map(Permission::as_str).collect()
    }
}
