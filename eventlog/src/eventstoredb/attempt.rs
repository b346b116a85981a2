//! An append that somebody announced before making it, and what has become of it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use eventstore::{
    Error, ExpectedRevision, ReadStreamOptions, StreamPosition, TombstoneStreamOptions,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::envelope;
use super::names::Names;
use super::open::{EventStoreDb, unavailable};
use super::page::Source;
use crate::{Append, Commit, LogError};

/// How long whoever announced an append is given to make it. A process that stood still for longer finds that it
/// can no more, where the append would have begun a stream.
const LIMBO: Duration = Duration::from_secs(30);

/// An append at an exact place: it is there, or never comes once anything else is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// The commit that it is of.
    pub(super) commit: Uuid,
    /// The whole name of the stream.
    pub(super) stream: String,
    /// The revision that its first event is to have.
    pub(super) revision: u64,
}

/// What has become of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is in its stream, and its last event at this position.
    Made {
        /// That position.
        position: u64,
    },
    /// It is not, and cannot come any more.
    Gone,
    /// It is not there yet.
    Open,
}

impl Attempt {
    pub(super) fn of(names: &Names, commit: &Commit, append: &Append) -> Self {
        let stream = names.stream(&append.org_id, &append.stream);
        Self { commit: commit.commit_id, stream, revision: append.expected }
    }

    /// Whether both are to have the same place, which only one of them can have.
    pub(super) fn rivals(&self, other: &Self) -> bool {
        (&self.stream, self.revision) == (&other.stream, other.revision)
    }
}

impl EventStoreDb {
    /// What has become of an attempt.
    pub(super) async fn fate(&self, attempt: &Attempt) -> Result<Fate, LogError> {
        let from = StreamPosition::Position(attempt.revision);
        let options = ReadStreamOptions::default().position(from).max_count(1);
        let client = self.client();
        let reading = client.read_stream(attempt.stream.as_str(), &options);
        let mut reading = match self.ask(reading).await {
            Ok(reading) => reading,
            Err(error) => return self.no_event(&error),
        };
        let found = match self.ask(reading.next()).await {
            Ok(found) => found.and_then(|found| found.event),
            Err(error) => return self.no_event(&error),
        };
        let Some(found) = found else { return Ok(Fate::Open) };
        match envelope::decode(&self.names, &found)? {
            Some((event, _)) if event.commit_id == attempt.commit => {
                self.end_of(attempt).await.map(|position| Fate::Made { position })
            }
            _ => Ok(Fate::Gone),
        }
    }

    fn no_event(&self, error: &Error) -> Result<Fate, LogError> {
        match error {
            Error::ResourceNotFound => Ok(Fate::Open),
            Error::ResourceDeleted => Ok(Fate::Gone),
            error => Err(self.failed(error)),
        }
    }

    /// The position of the last event of an attempt that was made.
    async fn end_of(&self, attempt: &Attempt) -> Result<u64, LogError> {
        let from = StreamPosition::Position(attempt.revision);
        let options = ReadStreamOptions::default().position(from);
        let client = self.client();
        let reading = self.ask(client.read_stream(attempt.stream.as_str(), &options)).await;
        let reading = reading.map_err(|error| self.failed(&error))?;
        let events = self.page(Source::Reading(Box::new(reading)), 0, 1).await?;
        let first = events.first().map(|event| event.commit_end);
        first.ok_or_else(|| unavailable("a stream that was just read is gone"))
    }

    /// Whether whoever announced an attempt at that time has had time enough to make it.
    pub(super) fn is_overdue(&self, announced_at: DateTime<Utc>) -> bool {
        (self.clock.now() - announced_at).to_std().is_ok_and(|since| since >= LIMBO)
    }

    /// Ends the stream that an open attempt would begin, so that it cannot come any more; answers whether there was
    /// such a stream to end. What came of it, the attempt's fate tells.
    pub(super) async fn forestall(&self, attempt: &Attempt) -> bool {
        if attempt.revision > 0 {
            return false;
        }
        let expected = ExpectedRevision::NoStream;
        let options = TombstoneStreamOptions::default().expected_revision(expected);
        let client = self.client();
        match self.ask(client.tombstone_stream(attempt.stream.as_str(), &options)).await {
            Ok(_) => tracing::warn!(stream = attempt.stream, "ended before anything was in it"),
            // It may have come meanwhile.
            Err(error) => tracing::debug!(stream = attempt.stream, %error, "not ended"),
        }
        true
    }
}
