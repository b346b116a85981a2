//! Recording that a refresh token was used twice.

use crate::access::{Access, AccessEvent, AccessRefusal};
use crate::{SessionId, UserId};

/// Records that a refresh token was used a second time: somebody holds a copy. The session ends by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReuseRefreshToken {
    /// The person.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
}

/// # Errors
/// `Ended` for a session that ended before, so that a copy used again and again is recorded once.
pub(super) fn decide(
    state: &Access,
    reuse: &ReuseRefreshToken,
) -> Result<AccessEvent, AccessRefusal> {
    state.is_live(reuse.session)?;
    Ok(AccessEvent::RefreshTokenReused { user: reuse.user, session: reuse.session })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccessCommand;
    use crate::access::decide::testing::{ada, ended, given, issued, reused, session, started};

    fn reusing() -> crate::Issued<AccessCommand> {
        issued(AccessCommand::ReuseRefreshToken(ReuseRefreshToken {
            user: ada(),
            session: session(1),
        }))
    }

    #[test]
    fn a_second_use_is_recorded() {
        given([started(1)]).when(reusing()).then_expect_events(vec![reused(1)]);
    }

    #[test]
    fn a_session_that_has_ended_is_left_alone() {
        for end in [ended(1), reused(1)] {
            given([started(1), end])
                .when(reusing())
                .then_expect_error(AccessRefusal::Ended { session: session(1) });
        }
    }
}
