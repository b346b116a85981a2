//! From a command to its rule.

use super::{change_password, register};
use crate::user::{User, UserCommand, UserEvent, UserRefusal};

/// What follows from a command on this state.
pub(in crate::user) fn decide(
    state: &User,
    command: UserCommand,
) -> Result<UserEvent, UserRefusal> {
    match command {
        UserCommand::Register(register) => register::decide(state, &register),
        UserCommand::ChangePassword(change) => change_password::decide(state, change),
    }
}
