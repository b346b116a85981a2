//! What this node has appended lately, for whoever follows the log: it need not be read back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::{Append, Commit, CommitResult, LogError, StoredEvent};

/// Events that are kept at most.
const KEPT: usize = 4_096;

/// Text that is kept, in bytes: fewer of long events.
const KEPT_BYTES: usize = 16 << 20;

/// The last events of the log, as far back as no other node's lie between them.
#[derive(Debug, Default)]
pub(super) struct Tail(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Arc<StoredEvent>>,
    bytes: usize,
}

impl Tail {
    /// Keeps what has been appended of a batch.
    pub(super) fn keep(&self, batch: Vec<Commit>, results: &[Result<CommitResult, LogError>]) {
        let mut kept = self.kept();
        for (commit, result) in batch.into_iter().zip(results) {
            if let Ok(CommitResult::Appended { first, last, recorded_at }) = result {
                stored(commit, (*first, *last), *recorded_at).for_each(|event| kept.push(event));
            }
        }
        kept.forget();
    }

    /// The events after position `after`: about `limit`, ending where a commit ends. `None` where not all of
    /// them are kept.
    pub(super) fn after(&self, after: u64, limit: usize) -> Option<Vec<Arc<StoredEvent>>> {
        let kept = self.kept();
        let first = kept.events.front()?.position;
        let start = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        let end =
            kept.events.get((start + limit.max(1) - 1).min(kept.events.len() - 1))?.commit_end;
        let page = kept.events.iter().skip(start).take_while(|event| event.position <= end);
        let page: Vec<_> = page.cloned().collect();
        (!page.is_empty()).then_some(page)
    }

    /// Whether every event after position `after` and up to `to` is kept.
    pub(super) fn has_all(&self, after: u64, to: u64) -> bool {
        let kept = self.kept();
        let ends = (kept.events.front(), kept.events.back());
        matches!(ends, (Some(first), Some(last)) if first.position <= after + 1 && to <= last.position)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn push(&mut self, event: StoredEvent) {
        if self.events.back().is_some_and(|last| last.position + 1 != event.position) {
            *self = Self::default();
        }
        self.bytes += size(&event);
        self.events.push_back(Arc::new(event));
    }

    fn forget(&mut self) {
        while self.events.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some(gone) = self.events.pop_front() else { break };
            self.bytes -= size(&gone);
        }
    }
}

fn size(event: &StoredEvent) -> usize {
    event.payload.len() + event.metadata.len()
}

/// The events of a commit as the store has them now.
fn stored(
    commit: Commit,
    (first, last): (u64, u64),
    recorded_at: DateTime<Utc>,
) -> impl Iterator<Item = StoredEvent> {
    let commit_id = commit.commit_id;
    let events = commit.appends.into_iter().flat_map(move |append| {
        let Append { org_id, stream, expected, events } = append;
        events.into_iter().zip(expected + 1..).map(move |(event, sequence)| StoredEvent {
            position: 0,
            commit_end: last,
            event_id: event.event_id,
            commit_id,
            org_id: org_id.clone(),
            aggregate_type: stream.aggregate_type.to_owned(),
            aggregate_id: stream.aggregate_id.clone(),
            sequence,
            event_type: event.event_type,
            event_version: event.event_version,
            payload: event.payload,
            metadata: event.metadata,
            recorded_at,
        })
    });
    events.zip(first..).map(|(event, position)| StoredEvent { position, ..event })
}
