//! Who sends a request: the port that identity implements.

use std::sync::Arc;

use async_graphql::Data;
use async_trait::async_trait;

use crate::graphql::common::ApiError;

/// Tells who bears a token.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// Whoever bears `token`: an access token or an API key.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where it is none, has ended or was revoked; `UNAVAILABLE` where that cannot be
    /// found out now.
    async fn authenticate(self: Arc<Self>, token: &str) -> Result<Arc<dyn Principal>, ApiError>;
}

/// The bearer of a valid token.
#[async_trait]
pub trait Principal: Send + Sync {
    /// Puts what resolvers need to know of the caller into a request.
    fn attach(&self, data: &mut Data);

    /// Whether the token is still good: neither ended nor revoked. A socket asks again and again.
    async fn still_good(&self) -> bool;
}
