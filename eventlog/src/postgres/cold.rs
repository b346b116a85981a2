//! A stream from its beginning, through postgres-es.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::persist::{PersistedEventRepository as _, PersistenceError, SerializedEvent};
use docket_domain::access::Access;
use docket_domain::approval::Approval;
use docket_domain::organization::Organization;
use docket_domain::run::Run;
use docket_domain::task::Task;
use docket_domain::user::User;
use docket_domain::workflow::Workflow;
use uuid::Uuid;

use super::link::timely;
use super::open::{PostgresStore, unavailable};
use super::read::count;
use crate::{LogError, StoredEvent, StreamId};

/// Where a stream's events are: what postgres-es does not read. Nothing for another organization's stream.
const PLACES: &str = "SELECT sequence, position, commit_end, recorded_at, event_id, commit_id \
    FROM log.events WHERE aggregate_type = $1 AND aggregate_id = $2 AND org_id = $3 \
    ORDER BY sequence LIMIT $4";

type Place = (i64, i64, i64, DateTime<Utc>, Uuid, Uuid);

impl PostgresStore {
    /// The events of a stream of `org_id`: by postgres-es where all of them were asked for, else by a
    /// statement that reads no more than that.
    pub(super) async fn load(
        &self,
        org_id: &str,
        stream: &StreamId,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        let query = sqlx::query_as(PLACES).bind(stream.aggregate_type).bind(&stream.aggregate_id);
        let query = query.bind(org_id).bind(count(limit) + 1);
        let places: Vec<Place> = timely(query.fetch_all(&self.pool)).await.map_err(unavailable)?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        if places.len() > limit {
            return self.read_tail(org_id, stream, 0, limit).await;
        }
        let id = stream.aggregate_id.as_str();
        let loaded = match stream.aggregate_type {
            Access::TYPE => self.get_events::<Access>(id).await,
            Approval::TYPE => self.get_events::<Approval>(id).await,
            Organization::TYPE => self.get_events::<Organization>(id).await,
            Run::TYPE => self.get_events::<Run>(id).await,
            Task::TYPE => self.get_events::<Task>(id).await,
            User::TYPE => self.get_events::<User>(id).await,
            Workflow::TYPE => self.get_events::<Workflow>(id).await,
            _ => return self.read_tail(org_id, stream, 0, limit).await,
        };
        placed(org_id, places, loaded.map_err(unavailable)?)
    }

    async fn get_events<A: Aggregate>(
        &self,
        id: &str,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        let events = async { Ok::<_, sqlx::Error>(self.streams.get_events::<A>(id).await) };
        timely(events)
            .await
            .unwrap_or_else(|silent| Err(PersistenceError::ConnectionError(silent.into())))
    }
}

/// Brings events and places together. Events that came between the two reads have no place yet and are left
/// out.
fn placed(
    org_id: &str,
    places: Vec<Place>,
    events: Vec<SerializedEvent>,
) -> Result<Vec<StoredEvent>, LogError> {
    let mut places: HashMap<usize, Place> = places
        .into_iter()
        .filter_map(|place| Some((usize::try_from(place.0).ok()?, place)))
        .collect();
    let known = events.into_iter().filter_map(|event| {
        let place = places.remove(&event.sequence)?;
        Some(stored(org_id, place, event))
    });
    known.collect()
}

fn stored(org_id: &str, place: Place, event: SerializedEvent) -> Result<StoredEvent, LogError> {
    let (sequence, position, commit_end, recorded_at, event_id, commit_id) = place;
    Ok(StoredEvent {
        position: position.unsigned_abs(),
        commit_end: commit_end.unsigned_abs(),
        event_id,
        commit_id,
        org_id: org_id.to_owned(),
        aggregate_type: event.aggregate_type,
        aggregate_id: event.aggregate_id,
        sequence: sequence.unsigned_abs(),
        event_type: event.event_type,
        event_version: event.event_version,
        payload: canonical(&event.payload)?,
        metadata: canonical(&event.metadata)?,
        recorded_at,
    })
}

/// The stored text again: it was canonical, and a value has one canonical text.
fn canonical(value: &serde_json::Value) -> Result<String, LogError> {
    serde_json_canonicalizer::to_string(value).map_err(|error| LogError::Corrupt(error.to_string()))
}
