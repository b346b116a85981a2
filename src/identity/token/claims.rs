//! What an access token says.

use chrono::{DateTime, Duration, Utc};
use docket_domain::{Actor, MemberId, OrganizationId, SessionId, UserId};
use serde::{Deserialize, Serialize};

use crate::identity::Caller;

/// How long an access token is good.
pub const TOKEN_LIFETIME: Duration = Duration::minutes(10);

/// Whom tokens are by and for.
pub(super) const DOCKET: &str = "docket";

/// The `typ` of an access token (RFC 9068), so that no other JWT is taken for one.
pub(super) const TYPE: &str = "at+jwt";

/// What an access token says: who, where, by which session, until when. Not what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::identity) struct Claims {
    /// The person.
    pub sub: UserId,
    /// The organization.
    pub org: OrganizationId,
    /// The membership.
    pub mem: MemberId,
    /// The session.
    pub ses: SessionId,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// `docket`.
    pub iss: String,
    /// `docket`.
    pub aud: String,
}

impl Claims {
    /// The claims of a token made at `now`.
    pub(in crate::identity) fn new(
        user: UserId,
        organization: OrganizationId,
        member: MemberId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            sub: user,
            org: organization,
            mem: member,
            ses: session,
            iat: now.timestamp(),
            exp: (now + TOKEN_LIFETIME).timestamp(),
            iss: DOCKET.to_owned(),
            aud: DOCKET.to_owned(),
        }
    }

    /// When the token ends.
    pub(in crate::identity) fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Whoever the token stands for.
    pub(in crate::identity) fn caller(&self) -> Caller {
        Caller {
            actor: Actor::User(self.sub),
            user: Some(self.sub),
            organization: self.org,
            member: Some(self.mem),
            session: Some(self.ses),
            expires_at: Some(self.expires_at()),
        }
    }
}
