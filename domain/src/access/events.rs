//! What happens when a member signs in.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::{Personal, SessionId, UserId};

/// An event of one member's access.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AccessEvent {
    /// A session began.
    SessionStarted {
        /// The person.
        user: UserId,
        /// The session.
        session: SessionId,
        /// The network address that it came from; `None` where it is unknown.
        address: Option<Personal<String>>,
    },
    /// A log-in with a wrong password.
    LoginFailed {
        /// The person whose address was given.
        user: UserId,
        /// The network address that it came from; `None` where it is unknown.
        address: Option<Personal<String>>,
    },
    /// A refresh token was used a second time: somebody holds a copy, and the session has ended.
    RefreshTokenReused {
        /// The person.
        user: UserId,
        /// The session that ended.
        session: SessionId,
    },
    /// A session ended by the person's wish.
    SessionEnded {
        /// The person.
        user: UserId,
        /// The session.
        session: SessionId,
    },
}

impl DomainEvent for AccessEvent {
    fn event_type(&self) -> String {
        match self {
            Self::SessionStarted { .. } => "SessionStarted",
            Self::LoginFailed { .. } => "LoginFailed",
            Self::RefreshTokenReused { .. } => "RefreshTokenReused",
            Self::SessionEnded { .. } => "SessionEnded",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
