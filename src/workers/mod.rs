//! What the server does by itself, whoever asks for nothing.

mod retries;
mod timers;

pub use timers::{Judge, Timers};
