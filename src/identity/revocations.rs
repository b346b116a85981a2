//! Sessions that have ended while access tokens of theirs are still within their time.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};
use docket_domain::SessionId;

use super::TOKEN_LIFETIME;

/// How much longer than its tokens an ended session is remembered: the clocks of two nodes differ.
const MARGIN: Duration = Duration::minutes(1);

/// The sessions whose tokens are good no longer, in memory: asked at every request.
#[derive(Default)]
pub(super) struct Revocations {
    until: RwLock<HashMap<SessionId, DateTime<Utc>>>,
}

impl Revocations {
    /// Whether the session has ended.
    pub(super) fn contains(&self, session: SessionId) -> bool {
        self.until.read().unwrap_or_else(PoisonError::into_inner).contains_key(&session)
    }

    /// Remembers sessions that ended, each with when, and forgets those whose tokens have all expired.
    pub(super) fn remember(
        &self,
        ended: impl IntoIterator<Item = (SessionId, DateTime<Utc>)>,
        now: DateTime<Utc>,
    ) {
        let mut until = self.until.write().unwrap_or_else(PoisonError::into_inner);
        until.extend(ended.into_iter().map(|(session, at)| (session, at + Self::memory())));
        until.retain(|_, until| *until > now);
    }

    /// How long an ended session is remembered.
    pub(super) fn memory() -> Duration {
        TOKEN_LIFETIME + MARGIN
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_ended_session_is_remembered_as_long_as_its_tokens_could_live() {
        let revocations = Revocations::default();
        let (session, ended) = (SessionId::from_uuid(Uuid::from_u128(1)), DateTime::UNIX_EPOCH);
        assert!(!revocations.contains(session));
        revocations.remember([(session, ended)], ended);
        assert!(revocations.contains(session));
        revocations.remember([], ended + TOKEN_LIFETIME);
        assert!(revocations.contains(session));
        revocations.remember([], ended + Revocations::memory());
        assert!(!revocations.contains(session));
    }
}
