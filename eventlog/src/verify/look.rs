//! Looking at a log event by event.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::LogFault;
use crate::{Capability, Codec, EventStore, Head, LogError, StoredEvent};

/// Events that are looked at together: some two megabytes, and a thousand times as much as one is long where all are
/// long.
const PAGE: u64 = 1_000;
const PAGE_EVENTS: usize = 1_000;

/// Faults that are told one by one; the rest are counted, for a broken disk breaks more than anybody reads.
const TOLD: usize = 100;

/// What a log was found to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedLog {
    /// The position at which it ended when the look began.
    pub head: u64,
    /// Its events.
    pub events: u64,
    /// Its streams.
    pub streams: u64,
    /// Its commits.
    pub commits: u64,
    /// The first faults.
    pub faults: Vec<LogFault>,
    /// How many faults there are; more than those told, where there are very many.
    pub fault_count: u64,
}

/// Looks at every event up to the head: positions dense from 1 and time that never goes back, where the store says
/// so, each stream's sequences unbroken from 1, whole commits, and payloads that `codec` can read. Others may append
/// meanwhile. `tell` hears how far it has come and where the log ends.
///
/// Takes memory for each stream and each commit (some 150 bytes), and for one page of events.
///
/// # Errors
/// `Unavailable` when the log or the keys cannot be reached.
pub async fn verify_log(
    store: &dyn EventStore,
    codec: &Codec,
    mut tell: impl FnMut(u64, u64) + Send,
) -> Result<VerifiedLog, LogError> {
    let head = store.head().await?;
    let mut look = LogLook::up_to(head);
    if !store.has(Capability::DensePositions) {
        return look.along(store, codec, tell).await;
    }
    let mut reached = 0;
    while reached < head.position {
        let to = (reached + PAGE).min(head.position);
        let positions: Vec<u64> = (reached + 1..=to).collect();
        let events = store.read_positions(&positions).await?;
        look.page(&events, Some(codec)).await?;
        reached = to;
        tell(reached, head.position);
    }
    look.end();
    look.beyond(store).await?;
    Ok(look.told())
}

/// A commit that is being read.
#[derive(Debug, Clone, Copy)]
struct Open {
    id: Uuid,
    end: u64,
    last: u64,
}

/// What has been seen of a log, page by page, wherever its events are read from.
///
/// Takes memory for each stream and each commit, some 150 bytes.
#[derive(Debug, Default)]
pub struct LogLook {
    head: u64,
    recorded_at: DateTime<Utc>,
    /// Whether positions tell only the order, and times are of another clock.
    loose: bool,
    position: u64,
    events: u64,
    at: DateTime<Utc>,
    sequences: HashMap<String, HashMap<String, u64>>,
    commits: HashSet<Uuid>,
    open: Option<Open>,
    faults: Vec<LogFault>,
    fault_count: u64,
}

impl LogLook {
    /// Nothing has been seen yet of a log that ends at `head`.
    pub fn up_to(head: Head) -> Self {
        Self { head: head.position, recorded_at: head.recorded_at, ..Self::default() }
    }

    /// Looks at the next events; with a `codec`, also whether it can read them.
    ///
    /// # Errors
    /// `Unavailable` when the keys cannot be reached.
    pub async fn page(
        &mut self,
        events: &[StoredEvent],
        codec: Option<&Codec>,
    ) -> Result<(), LogError> {
        for event in events {
            self.place(event);
            self.sequence(event);
            self.commit(event);
            self.time(event);
            self.events += 1;
        }
        match codec {
            Some(codec) => self.readable(events, codec).await,
            None => Ok(()),
        }
    }

    /// Looks at a log whose positions tell only the order: what is missing from it, its streams tell.
    async fn along(
        mut self,
        store: &dyn EventStore,
        codec: &Codec,
        mut tell: impl FnMut(u64, u64) + Send,
    ) -> Result<VerifiedLog, LogError> {
        self.loose = true;
        while self.position < self.head {
            let mut events = store.read_all(self.position, PAGE_EVENTS).await?.events;
            events.retain(|event| event.position <= self.head);
            if events.is_empty() {
                break;
            }
            self.page(&events, Some(codec)).await?;
            tell(self.position, self.head);
        }
        self.end();
        Ok(self.told())
    }

    fn fault(&mut self, fault: LogFault) {
        self.fault_count += 1;
        if self.faults.len() < TOLD {
            self.faults.push(fault);
        }
    }

    fn place(&mut self, event: &StoredEvent) {
        if !self.loose && event.position > self.position + 1 {
            self.fault(LogFault::Missing { from: self.position + 1, to: event.position - 1 });
        }
        self.position = event.position;
    }

    fn sequence(&mut self, event: &StoredEvent) {
        let found = event.sequence;
        let known = self.sequences.get_mut(&event.aggregate_type);
        let last = known.and_then(|streams| streams.get_mut(&event.aggregate_id));
        let before = if let Some(last) = last {
            std::mem::replace(last, found)
        } else {
            let streams = self.sequences.entry(event.aggregate_type.clone()).or_default();
            streams.insert(event.aggregate_id.clone(), found);
            0
        };
        let expected = before + 1;
        if found != expected {
            let stream = format!("{}/{}", event.aggregate_type, event.aggregate_id);
            let position = event.position;
            self.fault(LogFault::Sequence { position, stream, expected, found });
        }
    }

    fn commit(&mut self, event: &StoredEvent) {
        let (position, commit, said) = (event.position, event.commit_id, event.commit_end);
        match &mut self.open {
            Some(open) if open.id == commit => {
                open.last = position;
                if open.end != said {
                    self.fault(LogFault::CommitEnd { position, commit, said });
                }
            }
            _ => {
                self.close();
                self.open = Some(Open { id: commit, end: said, last: position });
                if !self.commits.insert(commit) {
                    self.fault(LogFault::CommitSplit { position, commit });
                }
            }
        }
    }

    /// The commit that was being read has no more events.
    fn close(&mut self) {
        if let Some(Open { id: commit, end: said, last: position }) = self.open.take()
            && said != position
        {
            self.fault(LogFault::CommitEnd { position, commit, said });
        }
    }

    fn time(&mut self, event: &StoredEvent) {
        let (position, at, before) = (event.position, event.recorded_at, self.at);
        if !self.loose && self.events > 0 && at < before {
            self.fault(LogFault::TimeWentBack { position, at, before });
        }
        self.at = at.max(before);
    }

    async fn readable(&mut self, events: &[StoredEvent], codec: &Codec) -> Result<(), LogError> {
        let decoded = codec.decode_page(events).await?;
        for (event, decoded) in events.iter().zip(decoded) {
            if let Err(error) = decoded {
                let (position, reason) = (event.position, error.to_string());
                self.fault(LogFault::Unreadable { position, reason });
            }
        }
        Ok(())
    }

    /// The log has no more events; the next one would be recorded when the head was, or later.
    fn end(&mut self) {
        let now = self.recorded_at;
        self.close();
        if self.position < self.head {
            self.fault(LogFault::Missing { from: self.position + 1, to: self.head });
        }
        if self.position > self.head {
            self.fault(LogFault::BeyondHead { position: self.position, head: self.head });
        }
        if !self.loose && now < self.at {
            let (position, before) = (self.head, self.at);
            self.fault(LogFault::TimeWentBack { position, at: now, before });
        }
    }

    /// Looks for events that the head knows nothing of. Others may have appended: the head is asked again
    /// after they were seen.
    async fn beyond(&mut self, store: &dyn EventStore) -> Result<(), LogError> {
        let positions: Vec<u64> = (self.head + 1..=self.head + PAGE).collect();
        let found = store.read_positions(&positions).await?;
        let head = store.head().await?.position;
        for event in found.iter().filter(|event| event.position > head) {
            self.fault(LogFault::BeyondHead { position: event.position, head });
        }
        Ok(())
    }

    /// What the log was found to be, now that there are no more events.
    pub fn found(mut self) -> VerifiedLog {
        self.end();
        self.told()
    }

    fn told(self) -> VerifiedLog {
        VerifiedLog {
            head: self.head,
            events: self.events,
            streams: self.sequences.values().map(|streams| streams.len() as u64).sum(),
            commits: self.commits.len() as u64,
            faults: self.faults,
            fault_count: self.fault_count,
        }
    }
}
