//! A member's access to the organization: sign-ins and what went wrong with them.
//!
//! Its own stream for each member, so that somebody who guesses passwords never holds up the
//! organization's own stream.

mod events;

pub use events::AccessEvent;
