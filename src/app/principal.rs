//! Identity's answer to the question of the HTTP layer: who bears this token.

use std::sync::Arc;

use async_graphql::Data;
use async_trait::async_trait;

use crate::graphql::common::ApiError;
use crate::http::{Authenticator, Principal};
use crate::identity::{AuthError, Caller, IdentityService};

/// Whoever bears a token, and where to ask whether it is still good.
struct Bearer {
    caller: Caller,
    identity: Arc<IdentityService>,
}

#[async_trait]
impl Authenticator for IdentityService {
    async fn authenticate(self: Arc<Self>, token: &str) -> Result<Arc<dyn Principal>, ApiError> {
        let caller = IdentityService::authenticate(&self, token).await?;
        Ok(Arc::new(Bearer { caller, identity: self }))
    }
}

#[async_trait]
impl Principal for Bearer {
    fn attach(&self, data: &mut Data) {
        data.insert(self.caller);
    }

    async fn still_good(&self) -> bool {
        self.identity.still_good(&self.caller).await.is_ok()
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
