//! One file for each command: its rule, its refusals, its tests.

mod end_session;
mod fail_login;
mod reuse_refresh_token;
mod start_session;
#[cfg(test)]
mod testing;

pub use end_session::EndSession;
pub use fail_login::FailLogin;
pub use reuse_refresh_token::ReuseRefreshToken;
pub use start_session::StartSession;

use super::{Access, AccessCommand, AccessEvent, AccessRefusal};
use crate::{Personal, UserId};

/// What follows from a command on this state.
pub(super) fn decide(state: &Access, command: AccessCommand) -> Result<AccessEvent, AccessRefusal> {
    match command {
        AccessCommand::StartSession(start) => start_session::decide(state, start),
        AccessCommand::FailLogin(fail) => Ok(fail_login::decide(fail)),
        AccessCommand::EndSession(end) => end_session::decide(state, &end),
        AccessCommand::ReuseRefreshToken(reuse) => reuse_refresh_token::decide(state, &reuse),
    }
}

/// A network address is personal: it is sealed under the person's own key.
fn sealed(user: UserId, address: Option<String>) -> Option<Personal<String>> {
    address.map(|address| Personal::new(user, address))
}
