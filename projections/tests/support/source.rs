//! A made-up log as a source of events.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_domain::{DomainEvents, Recorded};
use docket_projections::{EventSource, Read, ViewsError};
use tokio::sync::watch;

use super::history::aggregate_type;

/// A log in memory.
pub struct MemoryLog {
    events: Mutex<Vec<Read>>,
    head: watch::Sender<u64>,
    gate: tokio::sync::RwLock<()>,
    waiting: watch::Sender<bool>,
    broken: AtomicBool,
}

impl MemoryLog {
    pub fn new(events: &[Recorded<DomainEvents>]) -> Self {
        let log = Self {
            events: Mutex::default(),
            head: watch::Sender::new(0),
            gate: tokio::sync::RwLock::default(),
            waiting: watch::Sender::new(false),
            broken: AtomicBool::new(false),
        };
        log.append(events);
        log
    }

    pub fn append(&self, events: &[Recorded<DomainEvents>]) {
        self.append_poisoned(events, 0);
    }

    /// The same, with the event at `poisoned` one that cannot be decoded.
    pub fn append_poisoned(&self, events: &[Recorded<DomainEvents>], poisoned: u64) {
        self.append_read(events.iter().map(|event| read(event, event.position != poisoned)));
    }

    /// Events none of which can be decoded.
    pub fn append_poison(&self, events: &[Recorded<DomainEvents>]) {
        self.append_read(events.iter().map(|event| read(event, false)));
    }

    fn append_read(&self, events: impl Iterator<Item = Read>) {
        let mut all = self.events.lock().unwrap();
        all.extend(events);
        self.head.send_replace(all.len() as u64);
    }

    /// Makes the event at `position` one that cannot be decoded.
    pub fn poison(&self, position: u64) {
        let at = usize::try_from(position).unwrap() - 1;
        self.events.lock().unwrap()[at].event = Err("not JSON".to_owned());
    }

    /// Whoever reads waits for as long as what is answered lives.
    pub async fn hold_reads(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.waiting.send_replace(false);
        self.gate.write().await
    }

    /// Waits until somebody has to wait with reading.
    pub async fn somebody_waits(&self) {
        self.waiting.subscribe().wait_for(|waits| *waits).await.unwrap();
    }

    /// Waits until it may be read.
    async fn gate_passed(&self) -> Result<tokio::sync::RwLockReadGuard<'_, ()>, ViewsError> {
        if self.gate.try_read().is_err() {
            self.waiting.send_replace(true);
        }
        let held = self.gate.read().await;
        let broken = self.broken.load(Ordering::Relaxed);
        if broken { Err(ViewsError::Log("it is broken".to_owned())) } else { Ok(held) }
    }

    /// Whether it cannot be read from now on.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    /// What happened at `position` can be read again.
    pub fn mend(&self, event: &Recorded<DomainEvents>) {
        let at = usize::try_from(event.position).unwrap() - 1;
        self.events.lock().unwrap()[at].event = Ok(event.clone());
    }

    /// The end of the commit of the event at `position`.
    pub fn commit_end(&self, position: u64) -> u64 {
        let at = usize::try_from(position).unwrap() - 1;
        self.events.lock().unwrap()[at].commit_end
    }

    /// The type of the aggregate of the event at `position`.
    pub fn aggregate_type(&self, position: u64) -> String {
        let at = usize::try_from(position).unwrap() - 1;
        self.events.lock().unwrap()[at].aggregate_type.clone()
    }
}

/// The event as it is read, or as one that cannot be decoded.
fn read(event: &Recorded<DomainEvents>, is_good: bool) -> Read {
    Read {
        is_own: true,
        position: event.position,
        commit_end: event.commit_end,
        aggregate_type: aggregate_type(&event.event).to_owned(),
        aggregate_id: event.aggregate_id.clone(),
        event_type: event.event.event_type(),
        event: is_good.then(|| event.clone()).ok_or_else(|| "not JSON".to_owned()),
    }
}

#[async_trait]
impl EventSource for MemoryLog {
    fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Read>, ViewsError> {
        let _held = self.gate_passed().await?;
        let all = self.events.lock().unwrap();
        let rest = &all[usize::try_from(after).unwrap().min(all.len())..];
        let mut page: Vec<_> = rest.iter().take(limit).cloned().collect();
        if let Some(end) = page.last().map(|event| event.commit_end) {
            page.extend(rest[page.len()..].iter().take_while(|e| e.position <= end).cloned());
        }
        Ok(page)
    }

    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<Read>, ViewsError> {
        let _held = self.gate_passed().await?;
        let all = self.events.lock().unwrap();
        Ok(all.iter().filter(|event| positions.contains(&event.position)).cloned().collect())
    }

    async fn recorded_after(&self, after: u64) -> Result<Option<DateTime<Utc>>, ViewsError> {
        let all = self.events.lock().unwrap();
        let next = all.get(usize::try_from(after).unwrap());
        Ok(next.map(|read| read.event.as_ref().map_or(DateTime::UNIX_EPOCH, |e| e.recorded_at)))
    }
}
