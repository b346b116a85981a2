//! Older shapes of events, brought up to date when they are read; what is stored is never rewritten.

mod step_cancelled;

use serde_json::Value;

/// The upcasters of every shape that Docket has replaced since its first release.
pub(super) const RELEASED: &[Upcaster] = &[step_cancelled::V1_TO_V2];

/// Makes of one version's payload the next one's.
#[derive(Debug, Clone, Copy)]
pub struct Upcaster {
    /// The event's type.
    pub event_type: &'static str,
    /// The version that it reads.
    pub from: &'static str,
    /// The version that it makes.
    pub to: &'static str,
    /// The payload of that version, its tag included, from the older one's; its personal values are open. It
    /// never fails: what is no payload of that version it leaves alone, and the newer one is not read from it.
    pub upcast: fn(Value) -> Value,
}

/// Upcasters by the type and version that they read.
///
/// In order, for a search of a few comparisons: every event that is read asks whether it is an older one, and
/// a hash of its type would cost more than that.
pub(super) struct Upcasters(Vec<Upcaster>);

impl Upcasters {
    pub(super) fn new(upcasters: &[Upcaster]) -> Self {
        let mut sorted = upcasters.to_vec();
        sorted.sort_by_key(|upcaster| (upcaster.event_type, upcaster.from));
        Self(sorted)
    }

    /// Whether there is a newer shape than this version's.
    pub(super) fn apply_to(&self, event_type: &str, version: &str) -> bool {
        self.find(event_type, version).is_some()
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
            let Some(upcaster) = self.find(event_type, version) else { break };
            payload = (upcaster.upcast)(payload);
            version = upcaster.to;
        }
        (version, payload)
    }

    fn find(&self, event_type: &str, version: &str) -> Option<&Upcaster> {
        let reads = |upcaster: &Upcaster| (upcaster.event_type, upcaster.from);
        let found = self.0.binary_search_by(|upcaster| reads(upcaster).cmp(&(event_type, version)));
        found.ok().and_then(|index| self.0.get(index))
    }
}
