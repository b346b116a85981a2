//! What is asked of a log, and what a log that does one thing at a time would tell.

use std::collections::BTreeMap;

/// Events for one stream, at an expected sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub stream: usize,
    pub expected: u64,
    pub events: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To append all of it at once, under a key that is also what its events carry.
    Append { parts: Vec<Part>, key: u64 },
    /// For the events of a stream.
    Read { stream: usize },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is made, and its last event is here.
    Made { position: u64 },
    /// It had been made before, under its key.
    Repeated { position: u64 },
    /// A stream is elsewhere.
    Conflict { stream: usize, actual: u64 },
    /// The log could not be reached; nothing was done.
    Nothing,
    /// What the events of the stream carry.
    Events(Vec<u64>),
}

/// One question of one client. The numbers say what came before what: every beginning and end has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub asked: Asked,
    /// `None` where the client was never told.
    pub told: Option<Told>,
    pub began: u64,
    /// `u64::MAX` where it was never told.
    pub ended: u64,
}

/// A log that does one thing at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    head: u64,
    streams: BTreeMap<usize, Vec<u64>>,
    made: BTreeMap<u64, u64>,
}

impl State {
    /// A log whose streams are empty, and whose last event is at `head`.
    pub fn at(head: u64) -> Self {
        Self { head, streams: BTreeMap::new(), made: BTreeMap::new() }
    }

    /// The state after `operation`, where it may come next; `None` where something else would have been told.
    pub fn after(&self, operation: &Operation) -> Option<Self> {
        match (&operation.asked, &operation.told) {
            (Asked::Read { stream }, Some(Told::Events(told))) => {
                (self.events(*stream) == told).then(|| self.clone())
            }
            // Whether nobody was told of it, or of its position, it is the same.
            (Asked::Append { parts, key }, Some(Told::Made { .. }) | None) => {
                let made = self.append(parts, *key)?;
                let position = Some(Told::Made { position: made.head });
                (operation.told.is_none() || operation.told == position).then_some(made)
            }
            (Asked::Append { key, .. }, Some(Told::Repeated { position })) => {
                (self.made.get(key) == Some(position)).then(|| self.clone())
            }
            (Asked::Append { parts, key }, Some(Told::Conflict { stream, actual })) => {
                let is_one = |part: &Part| part.stream == *stream && part.expected != *actual;
                let conflicts = parts.iter().any(is_one) && self.sequence(*stream) == *actual;
                (conflicts && !self.made.contains_key(key)).then(|| self.clone())
            }
            (Asked::Append { .. }, Some(Told::Nothing)) => Some(self.clone()),
            _ => None,
        }
    }

    fn append(&self, parts: &[Part], key: u64) -> Option<Self> {
        let stands = parts.iter().all(|part| self.sequence(part.stream) == part.expected);
        if !stands || self.made.contains_key(&key) {
            return None;
        }
        let mut next = self.clone();
        for part in parts {
            let stream = next.streams.entry(part.stream).or_default();
            stream.extend((0..part.events).map(|_| key));
            next.head += part.events;
        }
        next.made.insert(key, next.head);
        Some(next)
    }

    fn events(&self, stream: usize) -> &[u64] {
        self.streams.get(&stream).map_or(&[], Vec::as_slice)
    }

    fn sequence(&self, stream: usize) -> u64 {
        self.events(stream).len() as u64
    }
}
