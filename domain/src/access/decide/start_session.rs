//! Recording that a session began.

use super::address::sealed;
use crate::access::{Access, AccessEvent, AccessRefusal};
use crate::{SessionId, UserId};

/// Records that a session began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartSession {
    /// The person.
    pub user: UserId,
    /// The session's new id.
    pub session: SessionId,
    /// The network address that it came from; `None` where it is unknown.
    pub address: Option<String>,
}

/// # Errors
/// `Started` for a session that began before.
pub(super) fn decide(state: &Access, start: StartSession) -> Result<AccessEvent, AccessRefusal> {
    state.is_new(start.session)?;
    let StartSession { user, session, address } = start;
    Ok(AccessEvent::SessionStarted { user, session, address: sealed(user, address) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccessCommand;
    use crate::access::decide::testing::{ada, given, issued, session, started};

    fn starting() -> crate::Issued<AccessCommand> {
        let address = Some("192.0.2.7".to_owned());
        issued(AccessCommand::StartSession(StartSession {
            user: ada(),
            session: session(1),
            address,
        }))
    }

    #[test]
    fn a_session_begins() {
        given([]).when(starting()).then_expect_events(vec![started(1)]);
    }

    #[test]
    fn a_session_begins_once() {
        given([started(1)])
            .when(starting())
            .then_expect_error(AccessRefusal::Started { session: session(1) });
    }
}
