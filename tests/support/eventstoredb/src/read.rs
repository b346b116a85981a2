//! Reading what is there, and no further.

use std::sync::Arc;

use tonic::Status;

use crate::filter::Filter;
use crate::log::{Log, Record, Stream};
use crate::protocol::streams::ReadResp;
use crate::protocol::streams::read_resp::{Content, StreamNotFound};
use crate::refusal;
use crate::wire::{self, IdForm};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forwards,
    Backwards,
}

/// Where from: a revision in a stream, a position in `$all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Start,
    End,
    At(u64),
}

/// What somebody wants to read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) direction: Direction,
    pub(crate) from: From,
    pub(crate) max_count: u64,
    pub(crate) ids: IdForm,
    /// Whether the client knows messages about where a stream begins and ends.
    pub(crate) tells_bounds: bool,
}

impl Log {
    /// A stream's events.
    pub(crate) fn read_stream(
        &self,
        name: &str,
        reading: &Reading,
    ) -> Result<Vec<ReadResp>, Status> {
        let stream = self.stream(name);
        if stream.is_some_and(|stream| stream.tombstoned) {
            return Err(refusal::stream_deleted(name));
        }
        let Some(stream) = stream.filter(|stream| stream.next() > 0 && !stream.deleted()) else {
            let stream_identifier = Some(wire::stream_identifier(name));
            return Ok(vec![wire::answer(Content::StreamNotFound(StreamNotFound {
                stream_identifier,
            }))]);
        };
        Ok(reading.answer_of(stream))
    }

    /// The events of `$all`, those that the filter takes.
    pub(crate) fn read_all(
        &self,
        filter: Option<&Filter>,
        reading: &Reading,
    ) -> Result<Vec<ReadResp>, Status> {
        let taken = |record: &&Arc<Record>| filter.is_none_or(|filter| filter.takes(record));
        let found: Vec<&Arc<Record>> = match (reading.direction, reading.from) {
            (Direction::Forwards, From::Start) => self.all().iter().filter(taken).collect(),
            (Direction::Forwards, From::At(position)) => {
                self.all_from(position)?.iter().filter(taken).collect()
            }
            (Direction::Backwards, From::End) => self.all().iter().rev().filter(taken).collect(),
            (Direction::Backwards, From::At(position)) => {
                // What begins at the position lies behind whoever reads backwards from it.
                let before = self.all().len() - self.all_from(position)?.len();
                self.all().iter().take(before).rev().filter(taken).collect()
            }
            (Direction::Forwards, From::End) | (Direction::Backwards, From::Start) => Vec::new(),
        };
        Ok(events(found, reading).collect())
    }

    /// The events of `$all` from this position on, where one begins or the log ends.
    pub(crate) fn all_from(&self, position: u64) -> Result<&[Arc<Record>], Status> {
        let at = self.all().partition_point(|record| record.position < position);
        let (_, rest) = self.all().split_at(at);
        match rest.first() {
            Some(first) if first.position != position && position != 0 => {
                Err(refusal::invalid_position(position))
            }
            _ => Ok(rest),
        }
    }
}

impl Reading {
    fn answer_of(&self, stream: &Stream) -> Vec<ReadResp> {
        let readable = stream.records.iter().filter(|record| record.revision >= stream.first);
        let found: Vec<&Arc<Record>> = match (self.direction, self.from) {
            (Direction::Forwards, From::Start) => readable.collect(),
            (Direction::Forwards, From::At(revision)) => {
                readable.filter(|record| record.revision >= revision).collect()
            }
            (Direction::Forwards, From::End) => Vec::new(),
            (Direction::Backwards, From::Start) => {
                readable.filter(|record| record.revision == 0).collect()
            }
            (Direction::Backwards, From::At(revision)) => {
                readable.rev().filter(|record| record.revision <= revision).collect()
            }
            (Direction::Backwards, From::End) => readable.rev().collect(),
        };
        let mut answer: Vec<ReadResp> = self.beginning(stream, found.is_empty()).collect();
        answer.extend(events(found, self));
        answer.extend(
            self.tells_bounds.then(|| {
                wire::answer(Content::LastStreamPosition(stream.next().saturating_sub(1)))
            }),
        );
        answer
    }

    /// Where the stream goes on, for somebody who asked for what it does not have.
    fn beginning(&self, stream: &Stream, empty: bool) -> impl Iterator<Item = ReadResp> + use<> {
        let told = match (self.direction, self.from) {
            (Direction::Forwards, From::At(revision)) if empty && revision != stream.next() => {
                Some(stream.next())
            }
            (Direction::Forwards, From::Start) if stream.first > 0 => Some(stream.first),
            (Direction::Forwards, From::At(revision)) if revision < stream.first => {
                Some(stream.first)
            }
            _ => None,
        };
        let told = told.filter(|_| self.tells_bounds);
        told.map(|revision| wire::answer(Content::FirstStreamPosition(revision))).into_iter()
    }
}

fn events<'a>(
    found: Vec<&'a Arc<Record>>,
    reading: &Reading,
) -> impl Iterator<Item = ReadResp> + use<'a> {
    let ids = reading.ids;
    let most = usize::try_from(reading.max_count).unwrap_or(usize::MAX);
    found.into_iter().take(most).map(move |record| wire::event(record, ids))
}
