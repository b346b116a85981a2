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

/// Who bears which token, as identity knows.
pub(super) struct Tokens(pub(super) Arc<IdentityService>);

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str) -> Result<Arc<dyn Principal>, ApiError> {
        let caller = self.0.authenticate(token).await?;
        Ok(Arc::new(Bearer { caller, identity: Arc::clone(&self.0) }))
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
