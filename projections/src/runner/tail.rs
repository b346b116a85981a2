//! The end of the log, decoded once for all groups on a node.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, watch};

use super::{Coming, EventSource, Read};
use crate::error::ViewsError;

/// Events that are kept for groups that come later: at some two kilobytes each, 16 MiB.
const KEPT: usize = 8_192;

/// Events that are read by their positions at once, at most.
const AT_ONCE: usize = 1_000;

/// The log, with its last events in memory.
#[derive(Clone)]
pub(super) struct Tail {
    source: Arc<dyn EventSource>,
    kept: Arc<Mutex<Kept>>,
}

/// Decoded events whose positions follow one another.
#[derive(Default)]
struct Kept {
    events: VecDeque<Arc<Coming>>,
    /// The position before the first of them.
    after: u64,
}

impl Tail {
    pub(super) fn new(source: Arc<dyn EventSource>) -> Self {
        Self { source, kept: Arc::default() }
    }

    pub(super) fn head(&self) -> watch::Receiver<u64> {
        self.source.head()
    }

    /// When the first event after `after` was recorded; `None` where there is none yet.
    pub(super) async fn recorded_after(
        &self,
        after: u64,
    ) -> Result<Option<DateTime<Utc>>, ViewsError> {
        self.source.recorded_after(after).await
    }

    /// The events after `after`, about `limit`, ending where a commit ends.
    pub(super) async fn read(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Coming>>, ViewsError> {
        let mut kept = self.kept.lock().await;
        if let Some(events) = kept.page(after, limit) {
            return Ok(events);
        }
        if after < kept.end() {
            // Somebody who is far behind reads for himself, and holds up nobody.
            drop(kept);
            return self.read_apart(after, limit).await;
        }
        let events = self.read_apart(after, limit).await?;
        kept.keep(after, &events);
        Ok(events)
    }

    /// The events at these positions, in the order of the log; nothing is kept.
    ///
    /// # Errors
    /// `Log` where one of them is not there.
    pub(super) async fn read_positions(
        &self,
        positions: &[u64],
    ) -> Result<Vec<Arc<Coming>>, ViewsError> {
        let mut events = Vec::with_capacity(positions.len());
        for positions in positions.chunks(AT_ONCE) {
            events.extend(self.source.read_positions(positions).await?.into_iter().map(coming));
        }
        let found = events.iter().map(|event| event.position);
        if found.eq(positions.iter().copied()) {
            return Ok(events);
        }
        let lost = positions.iter().find(|at| events.iter().all(|event| event.position != **at));
        let lost = lost.copied().unwrap_or_default();
        Err(ViewsError::Log(format!("the event at position {lost} is missing")))
    }

    /// The same as [`Self::read`], and nothing is kept.
    pub(super) async fn read_apart(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Coming>>, ViewsError> {
        Ok(self.source.read(after, limit).await?.into_iter().map(coming).collect())
    }
}

impl Kept {
    /// The position of the last event.
    fn end(&self) -> u64 {
        self.events.back().map_or(self.after, |event| event.position)
    }

    fn page(&self, after: u64, limit: usize) -> Option<Vec<Arc<Coming>>> {
        if after < self.after || after >= self.end() {
            return None;
        }
        let start = self.events.partition_point(|event| event.position <= after);
        let mut page: Vec<_> = self.events.range(start..).take(limit).cloned().collect();
        let end = page.last()?.commit_end;
        let rest = self.events.range(start + page.len()..);
        page.extend(rest.take_while(|event| event.position <= end).cloned());
        Some(page)
    }

    fn keep(&mut self, after: u64, events: &[Arc<Coming>]) {
        if after != self.end() {
            self.events.clear();
        }
        if self.events.is_empty() {
            self.after = after;
        }
        self.events.extend(events.iter().cloned());
        while self.events.len() > KEPT {
            if let Some(gone) = self.events.pop_front() {
                self.after = gone.position;
            }
        }
    }
}

fn coming(read: Read) -> Arc<Coming> {
    Arc::new(read.into())
}
