//! Notes in streams of the adapter's own: who holds a name, what a key was used for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use eventstore::{
    AppendToStreamOptions, Error, EventData, ExpectedRevision, ReadStreamOptions, RecordedEvent,
    StreamPosition,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::open::{EventStoreDb, is_closed};
use super::{append, envelope};
use crate::LogError;

/// How long to wait for somebody else who has announced something, and to try where the server does not answer.
/// Others of the batch wait too.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A note, with when it was taken and where.
#[derive(Debug, Clone)]
pub(super) struct Noted<N> {
    pub(super) note: N,
    pub(super) at: DateTime<Utc>,
}

/// A stream of notes.
#[derive(Debug)]
pub(super) struct Notes<N> {
    /// In order.
    pub(super) all: Vec<Noted<N>>,
    /// What the next one expects.
    pub(super) next: ExpectedRevision,
}

/// How long somebody has waited for others.
#[derive(Debug)]
pub(super) struct Patience(Instant);

impl Patience {
    pub(super) fn new() -> Self {
        Self(Instant::now() + PATIENCE)
    }

    /// Waits for a moment; answers whether that was worth it, and not the end of all patience.
    pub(super) async fn pause(&self) -> bool {
        sleep(PAUSE).await;
        Instant::now() < self.0
    }
}

/// What is noted: the event's type is the note's.
pub(super) trait Note: Serialize + DeserializeOwned + Send {
    /// The type of the event that it is kept as.
    fn kind(&self) -> &'static str;
}

/// A note with its tag, as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored<N> {
    note: N,
}

impl EventStoreDb {
    /// The notes of a stream, which is none at first.
    pub(super) async fn notes<N: Note>(&self, stream: &str) -> Result<Notes<N>, LogError> {
        let mut notes = Notes { all: Vec::new(), next: ExpectedRevision::NoStream };
        let options = ReadStreamOptions::default();
        let read = self.ask(self.client().read_stream(stream, &options)).await;
        let mut reading = match read {
            Ok(reading) => reading,
            Err(Error::ResourceNotFound) => return Ok(notes),
            Err(error) => return Err(self.failed(&error)),
        };
        loop {
            match self.ask(reading.next()).await {
                Ok(Some(read)) => notes.take(read.event.as_ref())?,
                Ok(None) | Err(Error::ResourceNotFound) => return Ok(notes),
                Err(error) => return Err(self.failed(&error)),
            }
        }
    }

    /// The last note of a stream.
    pub(super) async fn last_note<N: Note>(&self, stream: &str) -> Result<Notes<N>, LogError> {
        let mut notes = Notes { all: Vec::new(), next: ExpectedRevision::NoStream };
        let options = ReadStreamOptions::default().position(StreamPosition::End).max_count(1);
        let found = match self.ask(self.client().read_stream(stream, &options)).await {
            Ok(mut reading) => self.ask(reading.next()).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(found) => notes.take(found.and_then(|found| found.event).as_ref())?,
            Err(Error::ResourceNotFound) => {}
            Err(error) => return Err(self.failed(&error)),
        }
        Ok(notes)
    }

    /// Takes a note where the stream is as it was read. Answers whether it is known to be there: otherwise the
    /// stream has to be read again, for somebody was quicker, or the answer was lost.
    ///
    /// # Errors
    /// `Unavailable` where the server says that it takes none.
    pub(super) async fn note<N: Note>(
        &self,
        stream: &str,
        expected: ExpectedRevision,
        note: N,
    ) -> Result<bool, LogError> {
        let kind = note.kind();
        let event = EventData::json(kind, &Stored { note });
        let event = event.map_err(|error| LogError::Invalid(error.to_string()))?;
        let options = AppendToStreamOptions::default().expected_revision(expected);
        match self.ask(self.client().append_to_stream(stream, &options, event)).await {
            Ok(_) => Ok(true),
            Err(Error::WrongExpectedVersion { .. }) => Ok(false),
            Err(error) if append::in_doubt(&error) || is_closed(&error) => {
                self.failed(&error);
                Ok(false)
            }
            Err(error) => Err(self.failed(&error)),
        }
    }
}

impl<N: Note> Notes<N> {
    fn take(&mut self, event: Option<&RecordedEvent>) -> Result<(), LogError> {
        let Some(event) = event else { return Ok(()) };
        let stored: Stored<N> = serde_json::from_slice(&event.data).map_err(|error| {
            LogError::Corrupt(format!("note {} of {}: {error}", event.revision, event.stream_id))
        })?;
        self.all.push(Noted { note: stored.note, at: envelope::recorded_at(event)? });
        self.next = ExpectedRevision::Exact(event.revision);
        Ok(())
    }
}
