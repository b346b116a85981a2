//! The person: over all organizations, with a name and an address.

mod events;

pub use events::UserEvent;
