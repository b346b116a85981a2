//! Everything that was ever written, in memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use prost::bytes::Bytes;
use uuid::Uuid;

/// The position of the first record, in bytes: a file of the real server begins with a header.
const HEADER_BYTES: u64 = 128;

/// What the real server writes of a record beside its texts, in bytes; about, since nobody may count
/// on it.
const RECORD_OVERHEAD_BYTES: usize = 89;

/// The revision of what ends a stream for good, and the truncation that hides all of a deleted one.
pub(crate) const END_OF_STREAM: u64 = i64::MAX.unsigned_abs();

/// The stream that the server itself has written to before anybody else.
const STATISTICS: &str = "$stats-127.0.0.1:2113";

/// An event that somebody wants to have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) id: Uuid,
    pub(crate) event_type: String,
    pub(crate) content_type: String,
    pub(crate) data: Bytes,
    pub(crate) custom_metadata: Bytes,
}

impl Proposed {
    /// An event that the server writes itself.
    pub(crate) fn system(event_type: &str, data: String) -> Self {
        Self {
            id: Uuid::new_v4(),
            event_type: event_type.to_owned(),
            content_type: "application/json".to_owned(),
            data: data.into(),
            custom_metadata: Bytes::new(),
        }
    }

    /// Its size as the limit on appends counts it, in bytes.
    pub(crate) fn size_bytes(&self) -> usize {
        self.data.len() + self.custom_metadata.len() + 2 * self.event_type.len()
    }
}

/// An event that was written.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) stream: String,
    /// Its place in its stream, from 0.
    pub(crate) revision: u64,
    /// Its place in `$all`, commit and prepare position in one, for there are no transactions.
    pub(crate) position: u64,
    /// When it was written, in 100 ns since 1970.
    pub(crate) created_ticks: u64,
    pub(crate) event: Proposed,
}

/// The events of one stream.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// All of them, those before `first` too, and never a tombstone.
    pub(crate) records: Vec<Arc<Record>>,
    /// The first revision that may be read; `END_OF_STREAM` while the stream is deleted.
    pub(crate) first: u64,
    /// Whether nothing can ever be written to it again.
    pub(crate) tombstoned: bool,
}

impl Stream {
    /// The revision that its next event will have; 0 for an empty one.
    pub(crate) fn next(&self) -> u64 {
        self.records.len() as u64
    }

    /// Whether it was deleted, and may begin again.
    pub(crate) fn deleted(&self) -> bool {
        self.first == END_OF_STREAM
    }

    /// Its event of this revision, however far it was truncated.
    pub(crate) fn at(&self, revision: u64) -> Option<&Arc<Record>> {
        self.records.get(usize::try_from(revision).ok()?)
    }
}

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    records: Vec<Arc<Record>>,
    streams: HashMap<String, Stream>,
    ids: HashMap<Uuid, (String, u64)>,
    end: u64,
}

impl Log {
    /// A log that nobody but the server has written to.
    pub(crate) fn fresh() -> Self {
        let mut log = Self { end: HEADER_BYTES, ..Self::default() };
        log.write(STATISTICS, Proposed::system("$statsCollected", "{}".to_owned()));
        log
    }

    /// All events in the order of their positions.
    pub(crate) fn all(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// The position that the next event will have.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// A stream that was ever written to, or deleted.
    pub(crate) fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.get(name)
    }

    /// The same, and an empty one where there was none.
    pub(crate) fn stream_mut(&mut self, name: &str) -> &mut Stream {
        self.streams.entry(name.to_owned()).or_default()
    }

    /// The revision in `stream` of the event that was last written under this id, if it is there.
    pub(crate) fn revision_of(&self, id: Uuid, stream: &str) -> Option<u64> {
        let (of, revision) = self.ids.get(&id)?;
        (of == stream).then_some(*revision)
    }

    /// Writes an event at the end of its stream, and answers its position.
    pub(crate) fn write(&mut self, stream: &str, event: Proposed) -> u64 {
        let revision = self.stream(stream).map_or(0, Stream::next);
        let record = self.record(stream, revision, event);
        self.stream_mut(stream).records.push(record.clone());
        record.position
    }

    /// Writes what ends a stream for good, and answers its position.
    pub(crate) fn write_tombstone(&mut self, stream: &str) -> u64 {
        let event = Proposed::system("$streamDeleted", String::new());
        let position = self.record(stream, END_OF_STREAM, event).position;
        self.stream_mut(stream).tombstoned = true;
        position
    }

    fn record(&mut self, stream: &str, revision: u64, event: Proposed) -> Arc<Record> {
        let bytes = RECORD_OVERHEAD_BYTES + stream.len() + event.size_bytes();
        let (stream, position) = (stream.to_owned(), self.end);
        self.end += bytes as u64;
        self.ids.insert(event.id, (stream.clone(), revision));
        let record = Record { stream, revision, position, created_ticks: now_ticks(), event };
        let record = Arc::new(record);
        self.records.push(record.clone());
        record
    }
}

/// Now, in 100 ns since 1970.
#[expect(clippy::disallowed_methods, reason = "the server that this stands for has its own clock")]
fn now_ticks() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_nanos() / 100).unwrap_or(u64::MAX)
}
