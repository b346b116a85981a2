//! What a member's access refuses.

use crate::SessionId;

/// Why a member's access refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessRefusal {
    /// The session began before.
    #[error("session {session} began already")]
    Started {
        /// The session.
        session: SessionId,
    },
    /// The session ended before.
    #[error("session {session} has ended already")]
    Ended {
        /// The session.
        session: SessionId,
    },
}

impl AccessRefusal {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Started { .. } => "SESSION_STARTED",
            Self::Ended { .. } => "SESSION_ENDED",
        }
    }
}
