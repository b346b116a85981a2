//! Organizations, members and API keys, as the API shows them.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use docket_domain::organization::Permission;
use docket_domain::{Acting, ApiKeyId, MemberId, OrganizationId, UserId};
use docket_projections::member::{ApiKeyRow, MemberRow};

use super::MembershipLoader;
use crate::graphql::actor::Actor;
use crate::graphql::api::{Api, Entity};
use crate::graphql::common::ApiError;
use crate::graphql::loader::RowLoader;
use crate::graphql::people::organization;
use crate::graphql::user::User;

/// The tenant: everything but a person belongs to exactly one.
#[derive(Debug, Clone)]
pub struct Organization {
    id: OrganizationId,
    name: String,
}

impl Organization {
    /// The organization that somebody acts in.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn of(ctx: &Context<'_>, by: &Acting) -> Result<Self, ApiError> {
        let name = organization(ctx, by).await?.name().to_owned();
        Ok(Self { id: by.organization, name })
    }
}

/// The tenant: everything but a person belongs to exactly one.
#[Object]
impl Organization {
    /// The organization's id: `org_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.name
    }
}

/// A person inside an organization.
#[derive(Debug, Clone)]
pub struct Member {
    row: Arc<MemberRow>,
}

impl Member {
    /// The member that `row` shows.
    pub(super) const fn new(row: Arc<MemberRow>) -> Self {
        Self { row }
    }

    /// The person as a member of the organization, in one batch with their neighbours; `None` for somebody
    /// who does not belong to it.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the read models cannot be reached.
    pub async fn of_user(
        ctx: &Context<'_>,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<Self>, ApiError> {
        let loader = ctx.data_unchecked::<MembershipLoader>();
        let row = loader.load_one((organization, user)).await?;
        Ok(row.map(Self::new))
    }

    /// These people as members of the organization, in one batch with their neighbours, in the same order; those
    /// who do not belong to it are left out.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the read models cannot be reached.
    pub async fn of_users(
        ctx: &Context<'_>,
        organization: OrganizationId,
        users: &BTreeSet<UserId>,
    ) -> Result<Vec<Self>, ApiError> {
        let loader = ctx.data_unchecked::<MembershipLoader>();
        let rows = loader.load_many(users.iter().map(|user| (organization, *user))).await?;
        let row = |user: &UserId| rows.get(&(organization, *user)).cloned();
        Ok(users.iter().filter_map(row).map(Self::new).collect())
    }

    /// The members of these ids, in one batch with their neighbours, in the same order.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the read models cannot be reached.
    pub async fn by_ids(
        ctx: &Context<'_>,
        organization: OrganizationId,
        ids: &BTreeSet<MemberId>,
    ) -> Result<Vec<Self>, ApiError> {
        let loader = ctx.data_unchecked::<RowLoader<MemberRow>>();
        let rows = loader.load_many(ids.iter().map(|id| (organization, *id))).await?;
        let row = |id: &MemberId| rows.get(&(organization, *id)).cloned();
        Ok(ids.iter().filter_map(row).map(Self::new).collect())
    }
}

impl Entity for Member {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<MemberId>() else { return Ok(None) };
        let row = api.views.get::<MemberRow>(organization, id).await?;
        Ok(row.map(Self::new))
    }
}

/// A person inside an organization.
#[Object]
impl Member {
    /// The member's id: `mem_…`. It names the person inside this organization only.
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        Ok(User::by_id(ctx, self.row.user).await?)
    }

    /// The names of the roles that the member holds: those that ship, and the organization's own.
    async fn roles(&self) -> Vec<String> {
        self.row.roles.iter().map(ToString::to_string).collect()
    }

    /// When the person joined.
    async fn joined_at(&self) -> DateTime<Utc> {
        self.row.joined_at
    }

    /// The number of the organization's last event about the member: what `expectedVersion` compares with.
    async fn version(&self) -> u64 {
        self.row.version
    }
}

/// What lets a program act, without its secret.
#[derive(Debug, Clone)]
pub struct ApiKey {
    organization: OrganizationId,
    row: Arc<ApiKeyRow>,
}

impl Entity for ApiKey {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<ApiKeyId>() else { return Ok(None) };
        let row = api.views.get::<ApiKeyRow>(organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

/// What lets a program act in the organization, without its secret.
#[Object]
impl ApiKey {
    /// The key's id: `key_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// What the organization calls it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The permissions that it gives, such as `run:start`.
    async fn scopes(&self) -> Vec<&'static str> {
        self.row.scopes.iter().copied().map(Permission::as_str).collect()
    }

    /// When it ends; null for a key without end.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.row.expires_at
    }

    /// When it was revoked; null while it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.row.revoked_at
    }

    /// Who made it.
    async fn created_by(&self) -> Actor {
        Actor::new(self.organization, self.row.created_by)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }
}
