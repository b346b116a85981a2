//! From a command to its rule.

use super::{end_session, fail_login, reuse_refresh_token, start_session};
use crate::access::{Access, AccessCommand, AccessEvent, AccessRefusal};

/// What follows from a command on this state.
pub(in crate::access) fn decide(
    state: &Access,
    command: AccessCommand,
) -> Result<AccessEvent, AccessRefusal> {
    match command {
        AccessCommand::StartSession(start) => start_session::decide(state, start),
        AccessCommand::FailLogin(fail) => Ok(fail_login::decide(fail)),
        AccessCommand::EndSession(end) => end_session::decide(state, &end),
        AccessCommand::ReuseRefreshToken(reuse) => reuse_refresh_token::decide(state, &reuse),
    }
}
