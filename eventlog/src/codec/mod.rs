//! Events as text and back.
//!
//! A payload is the canonical JSON (RFC 8785) of the event, its enum tagged from outside:
//! `{"TaskClaimed":{"user":"usr_…"}}`. Personal values are sealed on the way in and opened on the way out,
//! so that nothing else in the server sees a cipher; older shapes are brought up to date by [`Upcaster`]s.

mod canonical;
mod decode;
mod encode;
#[cfg(test)]
mod golden;
mod handle;
mod open;
mod personal;
mod recorded;
mod sorted;
mod state;
#[cfg(test)]
mod state_tests;
#[cfg(test)]
mod tests;
mod upcast;

pub use encode::Encoded;
pub use handle::Codec;
pub use personal::sealed_subjects;
pub use state::OpenedState;
pub use upcast::Upcaster;
