//! Older shapes of events, brought up to date when they are read.

use std::collections::HashMap;

use serde_json::Value;

/// The upcasters of every shape that Docket has replaced since its first release.
pub(super) const RELEASED: &[Upcaster] = &[];

/// Makes of one version's payload the next one's.
#[derive(Debug, Clone, Copy)]
pub struct Upcaster {
    /// The event's type.
    pub event_type: &'static str,
    /// The version that it reads.
    pub from: &'static str,
    /// The version that it makes.
    pub to: &'static str,
    /// The payload of that version, its tag included, from the older one's.
    pub upcast: fn(Value) -> Value,
}

/// Upcasters by the type and version that they read.
pub(super) struct Upcasters(HashMap<(&'static str, &'static str), Upcaster>);

impl Upcasters {
    pub(super) fn new(upcasters: &[Upcaster]) -> Self {
        let by_version = |upcaster: &Upcaster| ((upcaster.event_type, upcaster.from), *upcaster);
        Self(upcasters.iter().map(by_version).collect())
    }

    /// Whether there is a newer shape than this version's.
    pub(super) fn apply_to(&self, event_type: &str, version: &str) -> bool {
        self.0.contains_key(&(event_type, version))
    }

    /// The payload in the newest shape that there is an upcaster for, and that shape's version.
    pub(super) fn upcast<'v>(
        &self,
        event_type: &str,
        version: &'v str,
        payload: Value,
    ) -> (&'v str, Value) {
        let (mut version, mut payload) = (version, payload);
        // Each upcaster is used once at most, so that a circle among them would not go on for ever.
        for _ in 0..self.0.len() {
            let Some(upcaster) = self.0.get(&(event_type, version)) else { break };
            payload = (upcaster.upcast)(payload);
            version = upcaster.to;
        }
        (version, payload)
    }
}
