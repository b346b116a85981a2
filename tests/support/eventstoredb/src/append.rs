//! Appending: which expectations hold, and what is a repetition.

use uuid::Uuid;

use crate::log::{Log, Proposed, Stream};

/// What the real server takes at a time unless it is told otherwise, in bytes.
pub(crate) const MAX_APPEND_BYTES: usize = 1024 * 1024;

/// What somebody expects of a stream that they want to write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Nothing.
    Any,
    /// That it has no events, or was deleted.
    NoStream,
    /// That it has events, or at least metadata.
    StreamExists,
    /// That its last event has this revision.
    Revision(u64),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is written, now or by an earlier append of the same events. `revision` and
    /// `position` are the last event's; there is no revision where nothing was ever written.
    Written { revision: Option<u64>, position: u64 },
    /// Nothing is written, for the stream's last event is another one: this, or none.
    Conflict { current: Option<u64> },
    /// Nothing is written, for the stream is no more.
    Deleted,
}

/// What is to be done about an append.
enum Verdict {
    Write,
    Repeats { last: u64 },
    Conflict,
    Deleted,
}

/// Whether these are more than is taken at a time.
pub(crate) fn too_large(events: &[Proposed]) -> bool {
    events.iter().map(Proposed::size_bytes).sum::<usize>() > MAX_APPEND_BYTES
}

impl Log {
    /// Writes the events to the end of the stream, all or none.
    pub(crate) fn append(
        &mut self,
        name: &str,
        expected: Expected,
        events: Vec<Proposed>,
    ) -> Outcome {
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        match self.judge(name, expected, &ids) {
            Verdict::Write => self.write_all(name, events),
            Verdict::Repeats { last } => self.written(name, Some(last)),
            Verdict::Conflict => Outcome::Conflict { current: self.last(name) },
            Verdict::Deleted => Outcome::Deleted,
        }
    }

    /// Why nothing new may be written; `None` where it may.
    pub(crate) fn refuses(&self, name: &str, expected: Expected) -> Option<Outcome> {
        match self.judge(name, expected, &[]) {
            Verdict::Write | Verdict::Repeats { .. } => None,
            Verdict::Conflict => Some(Outcome::Conflict { current: self.last(name) }),
            Verdict::Deleted => Some(Outcome::Deleted),
        }
    }

    fn judge(&self, name: &str, expected: Expected, ids: &[Uuid]) -> Verdict {
        let empty = Stream::default();
        let stream = self.stream(name).unwrap_or(&empty);
        if stream.tombstoned {
            return Verdict::Deleted;
        }
        match expected {
            Expected::StreamExists if stream.deleted() => Verdict::Deleted,
            Expected::StreamExists if stream.next() == 0 && !self.has_metadata(name) => {
                Verdict::Conflict
            }
            Expected::Any | Expected::StreamExists => self.judge_anywhere(name, ids),
            Expected::NoStream if stream.deleted() && !repeats(stream, 0, ids) => Verdict::Write,
            Expected::NoStream => judge_at(stream, 0, ids),
            Expected::Revision(revision) => judge_at(stream, revision.saturating_add(1), ids),
        }
    }

    /// Where any revision will do, what was written is a repetition, wherever in the stream it is.
    fn judge_anywhere(&self, name: &str, ids: &[Uuid]) -> Verdict {
        let known: Vec<Option<u64>> = ids.iter().map(|id| self.revision_of(*id, name)).collect();
        match known.as_slice() {
            [] | [None, ..] => Verdict::Write,
            [.., Some(last)] if known.iter().all(Option::is_some) => {
                Verdict::Repeats { last: *last }
            }
            [Some(_), ..] => Verdict::Conflict,
        }
    }

    fn has_metadata(&self, name: &str) -> bool {
        self.stream(&metadata_of(name)).is_some_and(|stream| stream.next() > 0)
    }

    fn write_all(&mut self, name: &str, events: Vec<Proposed>) -> Outcome {
        if !events.is_empty() {
            self.begin_again(name);
        }
        for event in events {
            self.write(name, event);
        }
        self.written(name, self.last(name))
    }

    /// A deleted stream that is written to again goes on counting, without what it had.
    fn begin_again(&mut self, name: &str) {
        if let Some(next) = self.stream(name).filter(|found| found.deleted()).map(Stream::next) {
            self.truncate(name, next);
        }
    }

    /// Hides the events before `first`, and notes so in the stream's metadata, as the real server
    /// does; answers the note's position.
    pub(crate) fn truncate(&mut self, name: &str, first: u64) -> u64 {
        self.stream_mut(name).first = first;
        let note = Proposed::system("$metadata", format!("{{\"$tb\":{first}}}"));
        self.write(&metadata_of(name), note)
    }

    fn last(&self, name: &str) -> Option<u64> {
        self.stream(name).and_then(|stream| stream.next().checked_sub(1))
    }

    fn written(&self, name: &str, revision: Option<u64>) -> Outcome {
        let stream = self.stream(name);
        let record = revision.and_then(|revision| stream.and_then(|stream| stream.at(revision)));
        let position = record.map_or(self.end(), |record| record.position);
        Outcome::Written { revision, position }
    }
}

/// Where the stream is expected to go on at `from`.
fn judge_at(stream: &Stream, from: u64, ids: &[Uuid]) -> Verdict {
    if from == stream.next() {
        return Verdict::Write;
    }
    if from < stream.next() && repeats(stream, from, ids) {
        return Verdict::Repeats { last: from + ids.len() as u64 - 1 };
    }
    Verdict::Conflict
}

/// Whether the stream's events from there on are these; nothing repeats nothing.
fn repeats(stream: &Stream, from: u64, ids: &[Uuid]) -> bool {
    let mut places = (from..).zip(ids);
    !ids.is_empty()
        && places.all(|(revision, id)| stream.at(revision).is_some_and(|at| at.event.id == *id))
}

fn metadata_of(name: &str) -> String {
    format!("$${name}")
}
