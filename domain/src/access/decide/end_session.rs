//! Recording that a session ended by the person's wish.

use crate::access::{Access, AccessEvent, AccessRefusal};
use crate::{SessionId, UserId};

/// Records that a session ended by the person's wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndSession {
    /// The person.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
}

/// # Errors
/// `Ended` for a session that ended before.
pub(super) fn decide(state: &Access, end: &EndSession) -> Result<AccessEvent, AccessRefusal> {
    state.is_live(end.session)?;
    Ok(AccessEvent::SessionEnded { user: end.user, session: end.session })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::decide::testing::{ada, ended, given, issued, reused, session, started};
    use crate::access::{AccessCommand, MAX_REMEMBERED_SESSIONS};

    fn ending(n: u128) -> crate::Issued<AccessCommand> {
        issued(AccessCommand::EndSession(EndSession { user: ada(), session: session(n) }))
    }

    #[test]
    fn a_session_ends() {
        given([started(1)]).when(ending(1)).then_expect_events(vec![ended(1)]);
    }

    #[test]
    fn a_session_ends_once() {
        for end in [ended(1), reused(1)] {
            given([started(1), end])
                .when(ending(1))
                .then_expect_error(AccessRefusal::Ended { session: session(1) });
        }
    }

    #[test]
    fn a_session_ends_even_when_many_began_since() {
        given((1..=MAX_REMEMBERED_SESSIONS as u128 + 1).map(started))
            .when(ending(1))
            .then_expect_events(vec![ended(1)]);
    }
}
