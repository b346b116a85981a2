//! Reading.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::DateTime;
use eventstore::{
    Position, ReadAllOptions, ReadStreamOptions, StreamPosition, SubscribeToAllOptions,
    SubscriptionFilter,
};
use uuid::Uuid;

use super::open::EventStoreDb;
use super::page::Source;
use super::{envelope, names};
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
        let reading = self.client().read_stream(names::stream(org_id, stream), &options).await;
        let reading = reading.map_err(|error| self.failed(&error))?;
        // Read to the end of a commit, for that is told of each event; then as much as was asked for.
        let mut events = self.page(Source::Reading(Box::new(reading)), 0, limit).await?;
        events.truncate(limit);
        Ok(events)
    }

    async fn read_all(&self, after: u64, limit: usize) -> Result<Page, LogError> {
        let reading = self.all(ReadAllOptions::default().position(from(after))).await?;
        Ok(Page { events: self.page(reading, after, limit).await? })
    }

    async fn read_organization(
        &self,
        org_id: &str,
        after: u64,
        limit: usize,
    ) -> Result<Page, LogError> {
        let filter = SubscriptionFilter::on_stream_name().add_prefix(names::prefix(org_id));
        let source = self.follow(after, filter).await;
        Ok(Page { events: self.page(source, after, limit).await? })
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
        let filter = SubscriptionFilter::on_stream_name().regex(names::DECIDED_BY);
        let mut ends: HashMap<(String, String), u64> = HashMap::new();
        let events = self.page(self.follow(after, filter).await, after, usize::MAX).await?;
        for event in events.into_iter().filter(|event| event.position <= to) {
            ends.insert((event.aggregate_type, event.aggregate_id), event.sequence);
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
        while let Some(event) = source.next().await.map_err(|error| self.failed(&error))? {
            if let Some((event, _)) = envelope::decode(&event)? {
                return Ok(Head { position: event.position, recorded_at: event.recorded_at });
            }
        }
        Ok(Head { position: 0, recorded_at: DateTime::default() })
    }

    /// Nobody: names cannot be taken here yet.
    async fn holder(
        &self,
        _org_id: &str,
        _kind: &str,
        _name: &str,
    ) -> Result<Option<String>, LogError> {
        Ok(None)
    }

    /// Nothing: keys cannot be used here yet.
    async fn repeated(
        &self,
        _scope: &str,
        _key: &str,
    ) -> Result<Option<(String, CommitResult)>, LogError> {
        Ok(None)
    }
}

impl EventStoreDb {
    async fn all(&self, options: ReadAllOptions) -> Result<Source, LogError> {
        let reading = self.client().read_all(&options).await;
        reading
            .map(|reading| Source::Reading(Box::new(reading)))
            .map_err(|error| self.failed(&error))
    }

    async fn follow(&self, after: u64, filter: SubscriptionFilter) -> Source {
        let options = SubscribeToAllOptions::default().position(from(after)).filter(filter);
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
