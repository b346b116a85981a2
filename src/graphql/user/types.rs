//! People, as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use docket_domain::UserId;
use docket_projections::member::PersonRow;

use super::PersonLoader;
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;

/// A person.
#[derive(Debug, Clone)]
pub struct User {
    row: Arc<PersonRow>,
}

impl User {
    /// The person, in one batch with the others of a list.
    ///
    /// # Errors
    /// `UNAVAILABLE`; `READ_MODEL_PARKED` where the registration cannot be applied; `INTERNAL` for a member whom nobody
    /// ever registered.
    pub async fn by_id(ctx: &Context<'_>, user: UserId) -> Result<Self, ApiError> {
        if let Some(row) = ctx.data_unchecked::<PersonLoader>().load_one(user).await? {
            return Ok(Self { row });
        }
        ctx.data_unchecked::<Api>().views.check_person(user)?;
        Err(ApiError::internal(format!("{user} is unknown")))
    }

    /// The caller: who may have registered so lately that no read model knows of it yet.
    ///
    /// # Errors
    /// As [`Self::by_id`], and `READ_MODEL_BEHIND`.
    pub async fn caller(ctx: &Context<'_>, user: UserId) -> Result<Self, ApiError> {
        if let Some(row) = ctx.data_unchecked::<PersonLoader>().load_one(user).await? {
            return Ok(Self { row });
        }
        let api = ctx.data_unchecked::<Api>();
        api.reached("core", api.bus.log().store().head().await?.position).await?;
        Self::by_id(ctx, user).await
    }
}

/// A person, whatever organizations they belong to.
#[Object]
impl User {
    /// The person's id: `usr_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The full name; null once it has been erased.
    async fn name(&self) -> Option<&str> {
        self.row.name.as_deref()
    }

    /// The e-mail address; null once it has been erased.
    async fn email(&self) -> Option<&str> {
        self.row.email.as_deref()
    }

    /// When the person registered.
    async fn registered_at(&self) -> DateTime<Utc> {
        self.row.registered_at
    }
}
