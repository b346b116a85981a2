//! One file for each command: its rule, its refusals, its tests.

mod change_password;
mod email;
mod register;

pub use change_password::ChangePassword;
pub use email::{EmailAddress, MAX_EMAIL_BYTES};
pub use register::{MAX_NAME_CHARS, Register};

use super::{User, UserCommand, UserEvent, UserRefusal};

/// What follows from a command on this state.
pub(super) fn decide(state: &User, command: UserCommand) -> Result<UserEvent, UserRefusal> {
    match command {
        UserCommand::Register(register) => register::decide(state, &register),
        UserCommand::ChangePassword(change) => change_password::decide(state, change),
    }
}
