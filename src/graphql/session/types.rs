//! Sessions, as the API shows them.

use async_graphql::{ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::identity;

/// What somebody who signed in goes on with. Its tokens are shown this once.
#[derive(SimpleObject)]
pub struct Session {
    /// The session's id: `ses_…`.
    pub id: ID,
    /// Sent with every request as `Authorization: Bearer …`.
    #[graphql(secret)]
    pub access_token: String,
    /// When the access token ends: ten minutes after it was made.
    pub access_token_expires_at: DateTime<Utc>,
    /// Good for one `refreshSession`. Used a second time, it ends the session.
    #[graphql(secret)]
    pub refresh_token: String,
    /// When the refresh token ends: fourteen days after it was made.
    pub refresh_token_expires_at: DateTime<Utc>,
}

impl From<identity::Session> for Session {
    fn from(session: identity::Session) -> Self {
        Self {
            id: ID(session.id.to_string()),
            access_token: session.access_token.expose().to_owned(),
            access_token_expires_at: session.access_token_expires_at,
            refresh_token: session.refresh_token.expose().to_owned(),
            refresh_token_expires_at: session.refresh_token_expires_at,
        }
    }
}
