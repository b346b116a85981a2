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
mod open;
mod personal;
mod recorded;
#[cfg(test)]
mod tests;
mod upcast;

use std::sync::Arc;

pub use encode::Encoded;
pub use upcast::Upcaster;

use crate::keys::KeyRing;
use upcast::Upcasters;

/// Turns events into what the log stores, and back.
pub struct Codec {
    ring: Arc<KeyRing>,
    upcasters: Upcasters,
}

impl Codec {
    /// A codec that seals and opens with the keys of `ring`.
    pub fn new(ring: Arc<KeyRing>) -> Self {
        Self::with_upcasters(ring, upcast::RELEASED)
    }

    /// A codec with upcasters of the caller's own instead of those that Docket has released.
    pub fn with_upcasters(ring: Arc<KeyRing>, upcasters: &[Upcaster]) -> Self {
        Self { ring, upcasters: Upcasters::new(upcasters) }
    }

    /// The keys that it seals and opens with.
    pub fn ring(&self) -> &Arc<KeyRing> {
        &self.ring
    }
}
