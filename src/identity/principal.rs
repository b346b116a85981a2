//! The identity service as the HTTP layer knows it.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Data;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{AuthError, Caller, IdentityService};
use crate::graphql::common::ApiError;
use crate::http::{Authenticator, Principal};

/// How often a connection that an API key opened looks whether the key is still good.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

#[async_trait]
impl Authenticator for Arc<IdentityService> {
    async fn authenticate(&self, token: &str) -> Result<Arc<dyn Principal>, ApiError> {
        let caller = IdentityService::authenticate(self, token).await?;
        Ok(Arc::new(Bearer { service: Self::clone(self), caller }))
    }
}

/// Whoever bears a good token.
struct Bearer {
    service: Arc<IdentityService>,
    caller: Caller,
}

#[async_trait]
impl Principal for Bearer {
    fn attach(&self, data: &mut Data) {
        data.insert(self.caller);
    }

    fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.caller.expires_at
    }

    async fn revoked(&self) {
        match self.caller.session {
            Some(session) => self.service.revocations.wait_for(session).await,
            None => self.key_ended().await,
        }
    }
}

impl Bearer {
    async fn key_ended(&self) {
        let Caller { organization, actor, .. } = self.caller;
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            // Where that cannot be found out now, the next look will.
            if matches!(self.service.bus.acting(organization, actor).await, Ok(None)) {
                return;
            }
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unavailable => Self::Unavailable(error.to_string()),
            AuthError::Unknown | AuthError::Expired | AuthError::Ended | AuthError::KeyEnded => {
                Self::Unauthenticated(error.to_string())
            }
        }
    }
}
