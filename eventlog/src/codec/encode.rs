//! Events to text.

use std::collections::HashMap;

use cqrs_es::DomainEvent;
use docket_domain::Metadata;
use docket_domain::personal::{OPEN, SEALED};
use serde_json::Value;

use super::personal::{Place, seal, subjects};
use super::{Codec, canonical};
use crate::{LogError, StreamId};

/// How every marker begins in canonical text, which escapes nothing of it.
const MARKERS: &str = "\"$docket:";

/// An event as the log stores it, but for its id and metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Its type, such as `TaskCompleted`.
    pub event_type: String,
    /// The version of its shape.
    pub event_version: String,
    /// Its canonical text, personal values sealed.
    pub payload: String,
}

impl Codec {
    /// The event as it is stored in `stream`, which belongs to `org_id` (empty for what belongs to a person).
    ///
    /// Keys of subjects that have none yet are made, and on disk, before it answers.
    ///
    /// # Errors
    /// `Invalid` for an integer beyond 2^53 and for a value that is sealed already; `Unavailable` when the
    /// keys cannot be reached.
    pub async fn encode<E: DomainEvent>(
        &self,
        org_id: &str,
        stream: &StreamId,
        event: &E,
    ) -> Result<Encoded, LogError> {
        let place = Place {
            org_id,
            aggregate_type: stream.aggregate_type,
            aggregate_id: &stream.aggregate_id,
        };
        let payload = self.sealed_text(place, canonical::text(event)?).await?;
        Ok(Encoded {
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload,
        })
    }

    /// The metadata as it is stored: a flat object of strings.
    ///
    /// # Errors
    /// None in practice; `Invalid` if metadata were no JSON.
    pub fn encode_metadata(&self, metadata: &Metadata) -> Result<String, LogError> {
        // The fields lie as canonical text has them, and hold nothing that it would escape otherwise.
        serde_json::to_string(metadata).map_err(|error| LogError::Invalid(error.to_string()))
    }

    /// Canonical text with every open personal value in it sealed.
    pub(super) async fn sealed_text(
        &self,
        place: Place<'_>,
        text: String,
    ) -> Result<String, LogError> {
        if text.contains(MARKERS) { self.sealed(place, &text).await } else { Ok(text) }
    }

    async fn sealed(&self, place: Place<'_>, text: &str) -> Result<String, LogError> {
        let read = serde_json::from_str::<Value>(text);
        let open = read.map_err(|error| LogError::Invalid(error.to_string()))?;
        if !subjects(&open, SEALED)?.is_empty() {
            return Err(LogError::Invalid(format!("`{SEALED}` is a name of the log's own")));
        }
        let mut keys = HashMap::new();
        for subject in subjects(&open, OPEN)? {
            keys.insert(subject, self.ring.ensure(subject).await?);
        }
        let mut payload = open.clone();
        seal(&mut payload, place, &keys)?;
        canonical::text(&payload)
    }
}
