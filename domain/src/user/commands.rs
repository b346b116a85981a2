//! What can be asked of a person's account.

use super::{ChangePassword, Register};

/// A command to a person's account.
#[derive(Debug, Clone, PartialEq)]
pub enum UserCommand {
    /// Makes the account.
    Register(Register),
    /// Records that the password is another one.
    ChangePassword(ChangePassword),
}
