//! Reading.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::DateTime;
use eventstore::{
    Error, Position, ReadAllOptions, ReadStreamOptions, StreamPosition, SubscribeToAllOptions,
    SubscriptionFilter,
};
use uuid::Uuid;

use super::envelope;
use super::open::EventStoreDb;
use super::page::Source;
use crate::{
    Capability, Commit, CommitResult, EventStore, Head, LogError, Page, StoredEvent, StreamEnd,
    StreamId,
};

#[async_trait]
impl EventStore for EventStoreDb {
    fn has(&self, capability: Capability) -> bool {
        match capability {
            Capability::DensePositions
            | Capability::AtomicCommits
            | Capability::TransactionalClaims
            | Capability::EventsById
            | Capability::OwnClock
            | Capability::OwnTables => false,
        }
    }

    async fn append(&self, batch: &[Commit]) -> Vec<Result<CommitResult, LogError>> {
        self.make(batch).await
    }

    async fn read_stream(
        &self,
        org_id: &str,
        stream: &StreamId,
        after_sequence: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        let from = StreamPosition::Position(after_sequence);
        let options = ReadStreamOptions::default().position(from);
        let client = self.client();
        let reading = client.read_stream(self.names.stream(org_id, stream), &options);
        let reading = match self.ask(reading).await {
            Ok(reading) => reading,
            Err(Error::ResourceNotFound | Error::ResourceDeleted) => return Ok(Vec::new()),
            Err(error) => return Err(self.failed(&error)),
        };
        // Read to the end of a commit, for that is told of each event; then as much as was asked for.
        let mut events = self.page(Source::Reading(Box::new(reading)), 0, limit).await?;
        events.truncate(limit);
        Ok(events)
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Page, LogError> {
        Ok(Page { events: self.read_after(None, after, limit).await? })
    }

    async fn read_organization(
        &self,
        org_id: &str,
        after: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        Ok(Page { events: self.read_after(Some(org_id), after, limit).await? })
    }

    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<StoredEvent>, LogError> {
        let mut positions = positions.to_vec();
        positions.sort_unstable();
        positions.dedup();
        let mut found = Vec::with_capacity(positions.len());
        for position in positions {
            found.extend(self.at(position).await?);
        }
        Ok(found)
    }

    async fn changed(&self, after: u64, to: u64) -> Result<Vec<StreamEnd>, LogError> {
        let filter = SubscriptionFilter::on_stream_name().regex(self.names.decided_by());
        let mut ends: HashMap<(String, String), u64> = HashMap::new();
        let mut source = self.follow(from(after), filter).await;
        // However much there is, no more of it is kept than where each stream ends.
        while let Some(event) = self.next(&mut source).await? {
            match envelope::decode(&self.names, &event)? {
                Some((event, _)) if event.position > to => break,
                Some((event, _)) if event.position > after => {
                    ends.insert((event.aggregate_type, event.aggregate_id), event.sequence);
                }
                _ => {}
            }
        }
        let end = |((aggregate_type, aggregate_id), sequence)| StreamEnd {
            aggregate_type,
            aggregate_id,
            sequence,
        };
        Ok(ends.into_iter().map(end).collect())
    }

    async fn read_event(&self, event_id: Uuid) -> Result<Option<StoredEvent>, LogError> {
        Err(LogError::Unavailable(format!(
            "EventStoreDB finds no event by its id: ask for {event_id} by its position"
        )))
    }

    async fn head(&self) -> Result<Head, LogError> {
        let options = ReadAllOptions::default().position(StreamPosition::End);
        let mut source = self.all(options).await?;
        while let Some(event) = self.next(&mut source).await? {
            if let Some((event, _)) = envelope::decode(&self.names, &event)? {
                return Ok(Head { position: event.position, recorded_at: event.recorded_at });
            }
        }
        Ok(Head { position: 0, recorded_at: DateTime::default() })
    }

    async fn holder(
        &self,
        org_id: &str,
        kind: &str,
        name: &str,
    ) -> Result<Option<String>, LogError> {
        self.holder_of(&self.names.claim((org_id, kind, name))).await
    }

    async fn repeated(
        &self,
        scope: &str,
        key: &str,
    ) -> Result<Option<(String, CommitResult)>, LogError> {
        self.first_of(scope, key).await
    }

    async fn writable(&self) -> Result<(), LogError> {
        self.probe().await
    }

    async fn hint(&self) -> u64 {
        self.sign().await
    }
}

impl EventStoreDb {
    pub(super) async fn all(&self, options: ReadAllOptions) -> Result<Source, LogError> {
        let reading = self.ask(self.client().read_all(&options)).await;
        reading
            .map(|reading| Source::Reading(Box::new(reading)))
            .map_err(|error| self.failed(&error))
    }

    /// The events after position `after`, of one organization or all: after what begins there; or, for whoever goes
    /// back by one position, from what begins at the next one.
    async fn read_after(
        &self,
        org_id: Option<&str>,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        let error = match self.read_from(org_id, from(after), after, limit).await {
            Err(error @ LogError::Unavailable(_)) if after > 0 => error,
            read => return read,
        };
        // So the server fails where nothing begins, too.
        let Ok(next) = self.at(after + 1).await else { return Err(error) };
        let Some(next) = next else {
            // By now it answers: what failed may have been the connection.
            let again = self.read_from(org_id, from(after), after, limit).await;
            return again.map_err(|error| match error {
                LogError::Unavailable(_) => {
                    LogError::Invalid(format!("no event is at position {after}"))
                }
                error => error,
            });
        };
        let position = next.position;
        let is_wanted = org_id.is_none_or(|org_id| org_id == next.org_id);
        let mut events: Vec<_> = is_wanted.then_some(next).into_iter().collect();
        events.extend(self.read_from(org_id, from(position), position, limit).await?);
        Ok(events)
    }

    async fn read_from(
        &self,
        org_id: Option<&str>,
        from: StreamPosition<Position>,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        let source = if let Some(org_id) = org_id {
            let filter = SubscriptionFilter::on_stream_name().add_prefix(self.names.prefix(org_id));
            self.follow(from, filter).await
        } else {
            self.all(ReadAllOptions::default().position(from)).await?
        };
        self.page(source, after, limit).await
    }

    async fn follow(&self, from: StreamPosition<Position>, filter: SubscriptionFilter) -> Source {
        let options = SubscribeToAllOptions::default().position(from).filter(filter);
        Source::Following(Box::new(self.client().subscribe_to_all(&options).await))
    }

    /// The aggregate's event that begins at this position, if one does.
    async fn at(&self, position: u64) -> Result<Option<StoredEvent>, LogError> {
        let options = ReadAllOptions::default().position(from(position));
        let found = match self.all(options).await {
            Ok(source) => self.page(source, position.saturating_sub(1), 1).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(events) => Ok(events.into_iter().next().filter(|event| event.position == position)),
            // Where nothing begins the server fails as if it were at fault, so that it is asked whether it
            // answers at all.
            Err(LogError::Unavailable(_)) => self.head().await.map(|_| None),
            Err(error) => Err(error),
        }
    }
}

/// The place in `$all` of the event at this position; 0 is before the first one.
fn from(position: u64) -> StreamPosition<Position> {
    match position {
        0 => StreamPosition::Start,
        commit => StreamPosition::Position(Position { commit, prepare: commit }),
    }
}
