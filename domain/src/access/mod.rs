//! A member's access to the organization: sign-ins and what went wrong with them.
//!
//! Its own stream for each member, named by the membership's id, so that somebody who guesses passwords
//! never holds up the organization's own stream. Whether a session is good is decided by the identity
//! store; this is the record of it.

mod aggregate;
mod commands;
mod decide;
mod error;
mod events;

pub use aggregate::{Access, MAX_REMEMBERED_SESSIONS};
pub use commands::AccessCommand;
pub use decide::{EndSession, FailLogin, ReuseRefreshToken, StartSession};
pub use error::AccessRefusal;
pub use events::AccessEvent;
