//! Making an API key: its secret is shown once and kept as a hash.

use chrono::{DateTime, Utc};
use docket_domain::ApiKeyId;
use docket_domain::organization::{CreateApiKey, Organization, OrganizationCommand, Scopes};
use serde_json::json;

use super::authenticate::API_KEY_PREFIX;
use super::register::left_behind;
use super::{IdentityError, IdentityService, Secret};
use crate::bus::{BusError, Done, Request, Work};

/// An API key to make.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What the organization calls it.
    pub name: String,
    /// What it permits.
    pub scopes: Scopes,
    /// When it ends; `None` for a key without end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// An API key that was made.
#[derive(Debug, Clone)]
pub struct CreatedApiKey {
    /// Where it is recorded, and the key's id.
    pub done: Done,
    /// The bearer token; `None` where an earlier request under the same key was shown it.
    pub secret: Option<Secret>,
}

impl IdentityService {
    /// Makes an API key in the organization of `request.by`.
    ///
    /// # Errors
    /// Whatever the organization refuses.
    pub async fn create_api_key(
        &self,
        request: Request,
        new: NewApiKey,
    ) -> Result<CreatedApiKey, IdentityError> {
        let key: ApiKeyId = request.ids().id("api_key", 0);
        let organization = request.by.organization;
        let secret = Secret::random(&format!("{API_KEY_PREFIX}{key}_"))?;
        self.store.add_api_key(key, organization, &secret.fingerprint()).await?;
        let NewApiKey { name, scopes, expires_at } = new;
        let create =
            OrganizationCommand::CreateApiKey(CreateApiKey { key, name, scopes, expires_at });
        let work = Work::new()
            .change::<Organization>(organization, None, create)
            .answering(json!({ "id": key.to_string() }));
        match self.bus.execute(&request, work).await {
            Ok(done) if !done.repeated => Ok(CreatedApiKey { done, secret: Some(secret) }),
            Err(BusError::OutcomeUnknown) => Err(BusError::OutcomeUnknown.into()),
            other => {
                self.store.forget_api_key(key).await.unwrap_or_else(left_behind);
                Ok(CreatedApiKey { done: other?, secret: None })
            }
        }
    }
}
