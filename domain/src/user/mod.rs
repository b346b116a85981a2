//! The person: over all organizations, with a name and an address.

mod aggregate;
mod commands;
mod decide;
mod error;
mod events;

pub use aggregate::User;
pub use commands::UserCommand;
pub use decide::{ChangePassword, EmailAddress, MAX_EMAIL_BYTES, MAX_NAME_CHARS, Register};
pub use error::UserRefusal;
pub use events::UserEvent;
