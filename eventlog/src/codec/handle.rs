//! The codec: the keys that it seals and opens with, and the upcasters.

use std::sync::Arc;

use super::Upcaster;
use super::upcast::{RELEASED, Upcasters};
use crate::keys::KeyRing;

/// Turns events into what the log stores, and back.
pub struct Codec {
    pub(super) ring: Arc<KeyRing>,
    pub(super) upcasters: Upcasters,
}

impl Codec {
    /// A codec that seals and opens with the keys of `ring`.
    pub fn new(ring: Arc<KeyRing>) -> Self {
        Self::with_upcasters(ring, RELEASED)
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
