//! Sessions that have ended while access tokens of theirs are still within their time.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};
use docket_domain::SessionId;
use tokio::sync::watch;

use super::TOKEN_LIFETIME;

/// How much longer than its tokens an ended session is remembered: the clocks of two nodes differ.
const MARGIN: Duration = Duration::minutes(1);

/// The sessions whose tokens are good no longer, in memory: asked at every request.
#[derive(Default)]
pub(super) struct Revocations {
    until: RwLock<HashMap<SessionId, DateTime<Utc>>>,
    /// Changes whenever a session ends.
    ended: watch::Sender<()>,
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
        let known = until.len();
        until.extend(ended.into_iter().map(|(session, at)| (session, at + Self::memory())));
        let news = until.len() > known;
        until.retain(|_, until| *until > now);
        drop(until);
        if news {
            self.ended.send_replace(());
        }
    }

    /// Comes back once the session has ended.
    pub(super) async fn wait_for(&self, session: SessionId) {
        let mut ended = self.ended.subscribe();
        while !self.contains(session) {
            if ended.changed().await.is_err() {
                return;
            }
        }
    }

    /// How long an ended session is remembered.
    pub(super) fn memory() -> Duration {
        TOKEN_LIFETIME + MARGIN
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
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

    #[tokio::test]
    async fn whoever_waits_for_the_end_of_a_session_is_told_of_it_and_of_no_other() {
        let revocations = Revocations::default();
        let nth = |n| SessionId::from_uuid(Uuid::from_u128(n));
        let mut waiting = std::pin::pin!(revocations.wait_for(nth(1)));
        assert!(waiting.as_mut().now_or_never().is_none());
        revocations.remember([(nth(2), DateTime::UNIX_EPOCH)], DateTime::UNIX_EPOCH);
        assert!(waiting.as_mut().now_or_never().is_none());
        revocations.remember([(nth(1), DateTime::UNIX_EPOCH)], DateTime::UNIX_EPOCH);
        assert!(waiting.as_mut().now_or_never().is_some());
        assert!(revocations.wait_for(nth(1)).now_or_never().is_some());
    }
}
