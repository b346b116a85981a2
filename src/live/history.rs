//! How a task or an approval stood before and after an event.

use std::sync::Arc;

use docket_eventlog::{Codec, EventLog, LogError, StreamId};
use docket_projections::approval::ApprovalRow;
use docket_projections::task::TaskRow;
use docket_projections::{Stepwise, ViewsError};
use moka::sync::Cache;

use super::LiveEvent;
use crate::graphql::common::ApiError;

/// Rows that are remembered, of each kind: one for each event that happened lately.
const REMEMBERED: u64 = 4_096;
/// Events of one stream that are read at a time.
const PAGE: usize = 500;

/// A row before and after an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Around<R> {
    /// Before it; `None` where the event is the first.
    pub before: Option<Arc<R>>,
    /// After it.
    pub after: Option<Arc<R>>,
}

/// A stream and the number of one of its events.
type Place = (String, u64);

/// How tasks and approvals stood, event by event, from the log alone: what was true then, whatever the read
/// models say now.
pub struct History {
    log: EventLog,
    codec: Arc<Codec>,
    tasks: Cache<Place, Option<Arc<TaskRow>>>,
    approvals: Cache<Place, Option<Arc<ApprovalRow>>>,
}

impl History {
    /// The history that `log` tells, whose events `codec` opens.
    pub fn new(log: EventLog, codec: Arc<Codec>) -> Self {
        Self { log, codec, tasks: Cache::new(REMEMBERED), approvals: Cache::new(REMEMBERED) }
    }

    /// The task that `event` happened to; `None` where it happened to something else.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn task(&self, event: &LiveEvent) -> Result<Option<Around<TaskRow>>, ApiError> {
        self.around(&self.tasks, event).await
    }

    /// The approval that `event` happened to; `None` where it happened to something else.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn approval(
        &self,
        event: &LiveEvent,
    ) -> Result<Option<Around<ApprovalRow>>, ApiError> {
        self.around(&self.approvals, event).await
    }

    async fn around<R: Stepwise>(
        &self,
        known: &Cache<Place, Option<Arc<R>>>,
        event: &LiveEvent,
    ) -> Result<Option<Around<R>>, ApiError> {
        let stored = &event.stored;
        if stored.aggregate_type != R::AGGREGATE {
            return Ok(None);
        }
        let place = |sequence| (stored.aggregate_id.clone(), sequence);
        let before = match known.get(&place(stored.sequence - 1)) {
            Some(before) => before,
            None => self.replay::<R>(event).await?,
        };
        let after = match known.get(&place(stored.sequence)) {
            Some(after) => after,
            None => step(before.as_deref(), event)?,
        };
        known.insert(place(stored.sequence), after.clone());
        Ok(Some(Around { before, after }))
    }

    /// The row that the events before `event` make.
    async fn replay<R: Stepwise>(&self, event: &LiveEvent) -> Result<Option<Arc<R>>, ApiError> {
        let stored = &event.stored;
        let stream =
            StreamId { aggregate_type: R::AGGREGATE, aggregate_id: stored.aggregate_id.clone() };
        let mut row: Option<Arc<R>> = None;
        let mut sequence = 0;
        while sequence + 1 < stored.sequence {
            let page =
                self.log.store().read_stream(&stored.org_id, &stream, sequence, PAGE).await?;
            if page.is_empty() {
                return Err(gap(&stored.aggregate_id).into());
            }
            for (stored, recorded) in page.iter().zip(self.codec.decode_page(&page).await?) {
                if stored.sequence >= event.stored.sequence {
                    break;
                }
                let stepped = R::after(row.as_deref(), recorded?)?;
                row = stepped.map(Arc::new);
                sequence = stored.sequence;
            }
        }
        Ok(row)
    }
}

fn step<R: Stepwise>(before: Option<&R>, event: &LiveEvent) -> Result<Option<Arc<R>>, ViewsError> {
    R::after(before, event.recorded.clone()).map(|row| row.map(Arc::new))
}

fn gap(id: &str) -> LogError {
    LogError::Corrupt(format!("events of {id} are missing"))
}
