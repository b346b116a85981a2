//! What the server does by itself, whoever asks for nothing.

mod policies;
mod rebuilds;
mod retries;
mod timers;
mod watch;

pub use policies::{POLICIES, Policies, PoliciesError};
pub use rebuilds::rebuild_outdated;
pub use timers::{Judge, Timers};
pub use watch::Watched;
