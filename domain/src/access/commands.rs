//! What can be recorded of a member's access.

use super::{EndSession, FailLogin, ReuseRefreshToken, StartSession};

/// A command to a member's access.
#[derive(Debug, Clone, PartialEq)]
pub enum AccessCommand {
    /// Records that a session began.
    StartSession(StartSession),
    /// Records a log-in with a wrong password.
    FailLogin(FailLogin),
    /// Records that a session ended by the person's wish.
    EndSession(EndSession),
    /// Records that a refresh token was used twice, which ended the session.
    ReuseRefreshToken(ReuseRefreshToken),
}
