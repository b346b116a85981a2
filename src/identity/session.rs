//! Sessions: how one begins, what is handed to whoever signed in, how one ends at once everywhere.

use chrono::{DateTime, Duration, Utc};
use docket_domain::{SessionId, UserId};

use super::store::{Membership, NewSession};
use super::token::Claims;
use super::{IdentityError, IdentityService, Secret};
use crate::bus::Done;

/// How long a refresh token is good; each rotation begins anew.
pub(super) const REFRESH_LIFETIME: Duration = Duration::days(14);

/// How long a session lasts at most, however often it is refreshed.
const SESSION_LIFETIME: Duration = Duration::days(90);

/// What every refresh token begins with.
pub(super) const REFRESH_PREFIX: &str = "docket_refresh_";

/// What is handed to whoever signed in; shown once.
#[derive(Debug, Clone)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// Sent with every request as the bearer token.
    pub access_token: Secret,
    /// When the access token ends.
    pub access_token_expires_at: DateTime<Utc>,
    /// Good for one refresh.
    pub refresh_token: Secret,
    /// When the refresh token ends.
    pub refresh_token_expires_at: DateTime<Utc>,
}

/// What came of signing in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Where it is recorded, and the ids that it answers with.
    pub done: Done,
    /// The session; `None` where an earlier request under the same key was given it.
    pub session: Option<Session>,
}

/// A session that is stored and that nobody has been told of yet.
pub(super) struct Opened {
    new: NewSession,
    refresh_token: Secret,
    refresh_token_expires_at: DateTime<Utc>,
}

impl IdentityService {
    /// Stores a session for a member, before it is recorded.
    pub(super) async fn open_session(
        &self,
        session: SessionId,
        user: UserId,
        of: Membership,
        now: DateTime<Utc>,
    ) -> Result<Opened, IdentityError> {
        let new = NewSession {
            session,
            user,
            organization: of.organization,
            member: of.member,
            started_at: now,
            expires_at: now + SESSION_LIFETIME,
        };
        let refresh_token = Secret::random(REFRESH_PREFIX)?;
        let refresh_token_expires_at = now + REFRESH_LIFETIME;
        let hash = refresh_token.fingerprint();
        self.store.add_session(&new, &hash, refresh_token_expires_at).await?;
        Ok(Opened { new, refresh_token, refresh_token_expires_at })
    }

    /// What to hand to whoever signed in, now that it is recorded.
    pub(super) async fn hand_out(&self, opened: Opened) -> Result<Session, IdentityError> {
        let NewSession { session, user, organization, member, started_at, .. } = opened.new;
        let claims = Claims::new(user, organization, member, session, started_at);
        Ok(Session {
            id: session,
            access_token: self.signer.sign(&claims, started_at).await?,
            access_token_expires_at: claims.expires_at(),
            refresh_token: opened.refresh_token,
            refresh_token_expires_at: opened.refresh_token_expires_at,
        })
    }

    /// Ends a session for good: its refresh tokens, and its access tokens on this node at once, on others
    /// within a second. Answers whether it was this that ended it.
    pub(super) async fn end_session(
        &self,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<bool, IdentityError> {
        let ended = self.store.end_session(session, now).await?;
        self.revocations.remember([(session, now)], now);
        Ok(ended)
    }
}
