//! The demo: an organization at work, as a month of real events.
//!
//! [`prepare`] tells the story (`story.yaml`) through the API, in this process, by a clock that runs from a
//! month ago until now; timers fire in it when they are due.

mod cast;
mod clock;
mod desk;
mod error;
mod found;
mod moves;
mod pace;
mod prepare;
mod story;
mod values;

pub use error::DemoError;
pub use found::{Demo, PASSWORD};
pub use prepare::prepare;
