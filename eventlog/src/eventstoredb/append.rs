//! Appending to one stream: whole or not at all, and once however often it is sent.

use std::time::Duration;

use chrono::{DateTime, Utc};
use eventstore::{
    AppendToStreamOptions, CurrentRevision, Error, EventData, ExpectedRevision, ReadStreamOptions,
    StreamPosition, WriteResult,
};
use tokio::time::{Instant, sleep};

use super::envelope::{self, Place};
use super::open::{EventStoreDb, is_closed, unavailable};
use crate::{Append, Commit, CommitResult, LogError};

/// What the server takes at a time, in bytes; it counts data, metadata, and types twice.
const MAX_APPEND_BYTES: usize = 1024 * 1024;

/// What is added to an event's metadata, in bytes, at most.
const ADDED_BYTES: usize = 160;

/// How long to try before the outcome is given up as unknown, and those who wait are told so.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// Codes of gRPC by which the server says that nothing was appended, nor ever will be: `INVALID_ARGUMENT`,
/// `FAILED_PRECONDITION`, `OUT_OF_RANGE`.
const REFUSING: [i32; 3] = [3, 9, 11];

impl EventStoreDb {
    /// Makes what a commit appends to its stream.
    pub(super) async fn append_one(
        &self,
        append: &Append,
        events: &[EventData],
    ) -> Result<CommitResult, LogError> {
        let stream = self.names.stream(&append.org_id, &append.stream);
        let written = self.write(&stream, append, events).await?;
        let last = written.position.commit;
        let (first, recorded_at) = self.beginning(&stream, append.expected).await?;
        Ok(CommitResult::Appended { first, last, recorded_at })
    }

    /// Appends, and where the answer is lost does so again: the server compares the events with what the
    /// stream has after the expected one, so that a repetition is answered as the first was.
    async fn write(
        &self,
        stream: &str,
        append: &Append,
        events: &[EventData],
    ) -> Result<WriteResult, LogError> {
        let expected = append.expected.checked_sub(1);
        let expected = expected.map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
        let options = AppendToStreamOptions::default().expected_revision(expected);
        let until = Instant::now() + PATIENCE;
        let mut doubted = false;
        loop {
            let client = self.client();
            let sent = client.append_to_stream(stream, &options, events.to_vec());
            let error = match self.ask(sent).await {
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            doubted |= in_doubt(&error);
            match refusal(append, &error, doubted) {
                Some(refusal) => return Err(refusal),
                None if Instant::now() < until => {
                    tracing::warn!(%error, "an append in doubt is sent again");
                    self.failed(&error);
                }
                None if doubted => return Err(LogError::OutcomeUnknown),
                None => return Err(self.failed(&error)),
            }
            sleep(PAUSE).await;
        }
    }

    /// The position of a commit's first event, and when it was recorded: the server answers neither.
    async fn beginning(
        &self,
        stream: &str,
        revision: u64,
    ) -> Result<(u64, DateTime<Utc>), LogError> {
        // Appended it is: where it cannot be read, that is what has to be said.
        let unknown = |_| LogError::OutcomeUnknown;
        let from = StreamPosition::Position(revision);
        let options = ReadStreamOptions::default().position(from).max_count(1);
        let reading = self.ask(self.client().read_stream(stream, &options)).await;
        let mut reading = reading.map_err(unknown)?;
        let event = self.ask(reading.next()).await.map_err(unknown)?;
        let event = event.and_then(|event| event.event).ok_or(LogError::OutcomeUnknown)?;
        Ok((event.position.commit, envelope::recorded_at(&event)?))
    }
}

/// What a commit appends, as the server takes it.
///
/// # Errors
/// `Invalid` where it is more than the server takes at a time.
pub(super) fn encode(commit: &Commit, append: &Append) -> Result<Vec<EventData>, LogError> {
    let size = |event: &crate::NewEvent| {
        event.payload.len() + event.metadata.len() + 2 * event.event_type.len() + ADDED_BYTES
    };
    if append.events.iter().map(size).sum::<usize>() > MAX_APPEND_BYTES {
        return Err(LogError::Invalid(format!(
            "EventStoreDB takes at most {MAX_APPEND_BYTES} bytes in one commit"
        )));
    }
    let of = append.events.len();
    let places = (1..=of).map(|index| Place { index, of });
    let events = append.events.iter().zip(places);
    events.map(|(event, place)| envelope::encode(commit, place, event)).collect()
}

/// Whether it may have been appended all the same.
pub(super) fn in_doubt(error: &Error) -> bool {
    matches!(error, Error::ServerError(_) | Error::DeadlineExceeded | Error::Grpc { .. })
}

/// What is answered where sending it again is of no use; `None` where it may be. Once it is in `doubt` only what the
/// server says of the stream itself counts: that a node refuses whoever asks says nothing of what another has written.
fn refusal(append: &Append, error: &Error, doubt: bool) -> Option<LogError> {
    let conflict = |actual| LogError::Conflict {
        stream: append.stream.clone(),
        expected: append.expected,
        actual,
    };
    match error {
        Error::WrongExpectedVersion { current: CurrentRevision::Current(revision), .. } => {
            Some(conflict(revision + 1))
        }
        Error::WrongExpectedVersion { current: CurrentRevision::NoStream, .. } => Some(conflict(0)),
        Error::ResourceDeleted => Some(unavailable(
            "it came so late that its stream was ended before it had begun; send it again",
        )),
        Error::Grpc { code, .. } if REFUSING.contains(&i32::from(*code)) => {
            Some(LogError::Invalid(error.to_string()))
        }
        // The client goes on with the one that leads.
        Error::NotLeaderException(_) => None,
        _ if doubt || in_doubt(error) || is_closed(error) => None,
        _ => Some(unavailable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StreamId;

    #[test]
    fn a_node_that_lets_nobody_in_refuses_only_what_is_not_in_doubt() {
        let stream = StreamId { aggregate_type: "task", aggregate_id: "a".to_owned() };
        let append = Append { org_id: String::new(), stream, expected: 0, events: Vec::new() };
        let refused = refusal(&append, &Error::AccessDenied, false);
        assert!(matches!(refused, Some(LogError::Unavailable(_))), "{refused:?}");
        assert!(refusal(&append, &Error::AccessDenied, true).is_none());
        let late = refusal(&append, &Error::ResourceDeleted, true);
        assert!(matches!(late, Some(LogError::Unavailable(_))), "{late:?}");
    }
}
