//! Stored payloads, opened: with one look at the keys for however many events there are.

use std::collections::BTreeSet;

use docket_domain::personal::SEALED;
use serde_json::Value;

use super::Codec;
use super::personal::{Keys, Place, open, subjects};
use crate::{LogError, StoredEvent};

/// A payload that is ready to be read, but for its keys.
pub(super) enum Parsed {
    /// The stored text as it is.
    Text,
    /// A tree, for something in it is sealed or its shape is an older one.
    Tree(Value),
    /// It cannot be read.
    Failed(LogError),
}

impl Codec {
    /// Parses what must be more than text.
    pub(super) fn parse(&self, stored: &StoredEvent) -> Parsed {
        let older = self.upcasters.apply_to(&stored.event_type, &stored.event_version);
        if !older && !stored.payload.contains(SEALED) {
            return Parsed::Text;
        }
        match serde_json::from_str(&stored.payload) {
            Ok(tree) => Parsed::Tree(tree),
            Err(error) => Parsed::Failed(corrupt(stored, &error)),
        }
    }

    /// What is held of every subject that is named in `parsed`.
    pub(super) async fn keys<'p>(&self, parsed: &'p [Parsed]) -> Result<Keys<'p>, LogError> {
        let mut wanted = BTreeSet::new();
        for payload in parsed {
            // A payload that names no subject where it should fails alone, when it is opened.
            if let Parsed::Tree(tree) = payload
                && let Ok(found) = subjects(tree, SEALED)
            {
                wanted.extend(found);
            }
        }
        if wanted.is_empty() { Ok(Keys::new()) } else { self.ring.find(wanted).await }
    }
}

/// Opens a tree.
pub(super) fn opened(
    stored: &StoredEvent,
    tree: &Value,
    keys: &Keys<'_>,
) -> Result<Value, LogError> {
    let place = Place {
        org_id: &stored.org_id,
        aggregate_type: &stored.aggregate_type,
        aggregate_id: &stored.aggregate_id,
    };
    let mut tree = tree.clone();
    open(&mut tree, place, keys).map_err(|error| corrupt(stored, &error))?;
    Ok(tree)
}

/// What is stored at a position cannot be what was written there.
pub(super) fn corrupt(stored: &StoredEvent, error: &dyn std::fmt::Display) -> LogError {
    LogError::Corrupt(format!("{} at position {}: {error}", stored.event_type, stored.position))
}
