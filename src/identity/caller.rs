//! Who asks: what a good bearer token says.

use chrono::{DateTime, Utc};
use docket_domain::{Actor, MemberId, OrganizationId, SessionId, UserId};

/// Whoever a bearer token stands for. What they may do, the organization says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// The person; `None` for a program.
    pub user: Option<UserId>,
    /// The organization in which they act.
    pub organization: OrganizationId,
    /// The person's membership; `None` for a program.
    pub member: Option<MemberId>,
    /// The session that the token belongs to; `None` for an API key.
    pub session: Option<SessionId>,
    /// When the token ends; `None` for an API key, whose end the organization knows.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why a bearer token is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It is none that Docket made.
    #[error("the bearer token is neither an access token nor an API key of this server")]
    Unknown,
    /// Its time is over.
    #[error("the access token has expired: refresh the session")]
    Expired,
    /// Its session has ended: by a log-out, a new password, or a stolen refresh token.
    #[error("the session has ended: log in again")]
    Ended,
    /// The API key was revoked or has expired.
    #[error("the API key is good no longer")]
    KeyEnded,
    /// Whether it is good cannot be found out now.
    #[error("the token cannot be checked now: send the request again")]
    Unavailable,
}
