//! What the server does by itself, whoever asks for nothing.

mod rebuilds;
mod retries;
mod timers;
mod watch;

pub use rebuilds::rebuild_outdated;
pub use timers::{Judge, Timers};
pub use watch::Watched;
