//! Who sends a request: the port that identity implements.

use std::sync::Arc;

use async_graphql::Data;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::graphql::common::ApiError;

/// Tells who bears a token.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// Whoever bears `token`: an access token or an API key.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where it is none, has ended or was revoked; `UNAVAILABLE` where that cannot be
    /// found out now.
    async fn authenticate(&self, token: &str) -> Result<Arc<dyn Principal>, ApiError>;
}

/// The bearer of a valid token.
#[async_trait]
pub trait Principal: Send + Sync {
    /// Puts what resolvers need to know of the caller into a request.
    fn attach(&self, data: &mut Data);

    /// When the token ends by itself; `None` where it does not.
    fn ends_at(&self) -> Option<DateTime<Utc>>;

    /// Comes back once the token has been revoked, and never for one that is not. A socket waits on it.
    async fn revoked(&self);
}
