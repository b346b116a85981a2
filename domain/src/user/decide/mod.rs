//! One file for each command: its rule, its refusals, its tests.

mod change_password;
mod dispatch;
mod email;
mod register;

pub use change_password::ChangePassword;
pub use email::{EmailAddress, MAX_EMAIL_BYTES};
pub use register::{MAX_NAME_CHARS, Register};

pub(super) use dispatch::decide;
