//! An event of ours as an event there, and back.

use chrono::{DateTime, Utc};
use eventstore::{EventData, RecordedEvent};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::names::Names;
use crate::{Commit, LogError, NewEvent, StoredEvent};

/// What the metadata has of a commit, beside what it has of the event.
const COMMIT_ID: &str = "docketCommit";
const PLACE: &str = "docketPlace";
const VERSION: &str = "docketVersion";

/// Where an event stands in its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) index: usize,
    /// How many events the commit has.
    pub(super) of: usize,
}

impl Place {
    /// Whether it is the commit's last event.
    pub(super) fn is_last(self) -> bool {
        self.index == self.of
    }

    fn parse(text: &str) -> Option<Self> {
        let (index, of) = text.split_once('/')?;
        Some(Self { index: index.parse().ok()?, of: of.parse().ok()? })
    }
}

/// The event at `place` of `commit`; its payload goes as it is, byte for byte.
pub(super) fn encode(
    commit: &Commit,
    place: Place,
    event: &NewEvent,
) -> Result<EventData, LogError> {
    let invalid = |error: serde_json::Error| LogError::Invalid(error.to_string());
    let payload = RawValue::from_string(event.payload.clone()).map_err(invalid)?;
    let mut metadata: Map<String, Value> =
        serde_json::from_str(&event.metadata).map_err(invalid)?;
    let ours = [
        (COMMIT_ID, commit.commit_id.to_string()),
        (PLACE, format!("{}/{}", place.index, place.of)),
        (VERSION, event.event_version.clone()),
    ];
    for (name, value) in ours {
        if metadata.insert(name.to_owned(), value.into()).is_some() {
            return Err(LogError::Invalid(format!("metadata has a `{name}` of its own")));
        }
    }
    let data = EventData::json(&event.event_type, &payload).map_err(invalid)?;
    data.id(event.event_id).metadata_as_json(&metadata).map_err(invalid)
}

/// The event and its place in its commit; `None` for one of no aggregate's stream. Where its commit ends
/// is not known yet: `commit_end` is its own position. One that is not Docket's fails where it is opened, and alone.
pub(super) fn decode(
    names: &Names,
    event: &RecordedEvent,
) -> Result<Option<(StoredEvent, Place)>, LogError> {
    // The server's own events are in streams of any name: one says that a stream was ended.
    if event.event_type.starts_with('$') {
        return Ok(None);
    }
    let Some((org_id, aggregate_type, aggregate_id)) = names.parse(&event.stream_id) else {
        return Ok(None);
    };
    let Envelope { commit_id, place, event_version, metadata, payload } =
        open(event).unwrap_or_else(|fault| Envelope::foreign(event, &fault));
    let stored = StoredEvent {
        position: event.position.commit,
        commit_end: event.position.commit,
        event_id: event.id,
        commit_id,
        org_id: org_id.to_owned(),
        aggregate_type: aggregate_type.to_owned(),
        aggregate_id: aggregate_id.to_owned(),
        sequence: event.revision + 1,
        event_type: event.event_type.clone(),
        event_version,
        payload,
        metadata,
        recorded_at: recorded_at(event)?,
    };
    Ok(Some((stored, place)))
}

struct Envelope {
    commit_id: Uuid,
    place: Place,
    event_version: String,
    metadata: String,
    payload: String,
}

impl Envelope {
    /// A commit of its own, in a version that nobody reads.
    fn foreign(event: &RecordedEvent, fault: &LogError) -> Self {
        tracing::debug!(%fault, "an event of somebody else's is in the log");
        Self {
            commit_id: event.id,
            place: Place { index: 1, of: 1 },
            event_version: String::new(),
            metadata: String::new(),
            payload: String::from_utf8_lossy(&event.data).into_owned(),
        }
    }
}

/// Takes ours out of the metadata: what is left is the canonical text again.
fn open(event: &RecordedEvent) -> Result<Envelope, LogError> {
    let mut metadata: Map<String, Value> =
        serde_json::from_slice(&event.custom_metadata).map_err(|error| corrupt(event, error))?;
    let mut taken = |name: &str| {
        let value = metadata.remove(name).map(String::deserialize);
        value.and_then(Result::ok).ok_or_else(|| corrupt(event, format!("it has no `{name}`")))
    };
    let (commit_id, place, event_version) = (taken(COMMIT_ID)?, taken(PLACE)?, taken(VERSION)?);
    let commit_id = commit_id.parse().map_err(|error| corrupt(event, error))?;
    let place =
        Place::parse(&place).ok_or_else(|| corrupt(event, format!("its place is {place}")))?;
    let metadata = serde_json_canonicalizer::to_string(&metadata);
    let metadata = metadata.map_err(|error| corrupt(event, error))?;
    let payload = String::from_utf8(event.data.to_vec()).map_err(|error| corrupt(event, error))?;
    Ok(Envelope { commit_id, place, event_version, metadata, payload })
}

/// When the server recorded it, in whole microseconds. The client itself keeps only seconds of what the
/// server says in 100 ns.
pub(super) fn recorded_at(event: &RecordedEvent) -> Result<DateTime<Utc>, LogError> {
    let ticks = event.metadata.get("created").and_then(|ticks| ticks.parse::<i64>().ok());
    let recorded_at = ticks.and_then(|ticks| DateTime::from_timestamp_micros(ticks / 10));
    recorded_at.ok_or_else(|| corrupt(event, "it does not say when it was recorded"))
}

fn corrupt(event: &RecordedEvent, fault: impl std::fmt::Display) -> LogError {
    LogError::Corrupt(format!("event {} of {}: {fault}", event.revision, event.stream_id))
}
