//! A made-up log as a source of events.

use std::sync::Mutex;

use async_trait::async_trait;
use docket_domain::{DomainEvents, Recorded};
use docket_projections::{EventSource, Read, ViewsError};
use tokio::sync::watch;

use super::history::aggregate_type;

/// A log in memory.
pub struct MemoryLog {
    events: Mutex<Vec<Read>>,
    head: watch::Sender<u64>,
}

impl MemoryLog {
    pub fn new(events: &[Recorded<DomainEvents>]) -> Self {
        let log = Self { events: Mutex::default(), head: watch::Sender::new(0) };
        log.append(events);
        log
    }

    pub fn append(&self, events: &[Recorded<DomainEvents>]) {
        self.append_poisoned(events, 0);
    }

    /// The same, with the event at `poisoned` one that cannot be decoded.
    pub fn append_poisoned(&self, events: &[Recorded<DomainEvents>], poisoned: u64) {
        let mut all = self.events.lock().unwrap();
        all.extend(events.iter().cloned().map(|event| Read {
            is_own: true,
            position: event.position,
            commit_end: event.commit_end,
            aggregate_type: aggregate_type(&event.event).to_owned(),
            event: if event.position == poisoned { Err("not JSON".to_owned()) } else { Ok(event) },
        }));
        self.head.send_replace(all.len() as u64);
    }

    /// Makes the event at `position` one that cannot be decoded.
    pub fn poison(&self, position: u64) {
        let at = usize::try_from(position).unwrap() - 1;
        self.events.lock().unwrap()[at].event = Err("not JSON".to_owned());
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

#[async_trait]
impl EventSource for MemoryLog {
    fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Read>, ViewsError> {
        let all = self.events.lock().unwrap();
        let rest = &all[usize::try_from(after).unwrap().min(all.len())..];
        let mut page: Vec<_> = rest.iter().take(limit).cloned().collect();
        if let Some(end) = page.last().map(|event| event.commit_end) {
            page.extend(rest[page.len()..].iter().take_while(|e| e.position <= end).cloned());
        }
        Ok(page)
    }
}
