//! The event log as a source of events.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_eventlog::{Codec, EventLog, StoredEvent};
use tokio::sync::watch;

use super::{EventSource, Read};
use crate::error::ViewsError;

/// Reads the log and decodes it.
pub struct LogSource {
    log: EventLog,
    codec: Arc<Codec>,
}

impl LogSource {
    /// Reads `log`, whose events `codec` opens.
    pub const fn new(log: EventLog, codec: Arc<Codec>) -> Self {
        Self { log, codec }
    }

    async fn decoded(
        &self,
        stored: &[Arc<StoredEvent>],
        is_own: bool,
    ) -> Result<Vec<Read>, ViewsError> {
        let decoded = self.codec.decode_page(stored).await?;
        let read = stored.iter().zip(decoded).map(|(stored, event)| Read {
            position: stored.position,
            commit_end: stored.commit_end,
            aggregate_type: stored.aggregate_type.clone(),
            aggregate_id: stored.aggregate_id.clone(),
            event_type: stored.event_type.clone(),
            is_own,
            event: event.map_err(|error| error.to_string()),
        });
        Ok(read.collect())
    }
}

#[async_trait]
impl EventSource for LogSource {
    fn head(&self) -> watch::Receiver<u64> {
        self.log.head()
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Read>, ViewsError> {
        let own = self.log.read_own(after, limit);
        let is_own = own.is_some();
        let stored = match own {
            Some(own) => own,
            None => self.log.read_all(after, limit).await?,
        };
        self.decoded(&stored, is_own).await
    }

    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<Read>, ViewsError> {
        let stored = self.log.store().read_positions(positions).await?;
        let stored: Vec<_> = stored.into_iter().map(Arc::new).collect();
        self.decoded(&stored, false).await
    }

    async fn recorded_after(&self, after: u64) -> Result<Option<DateTime<Utc>>, ViewsError> {
        Ok(self.log.read_all(after, 1).await?.first().map(|event| event.recorded_at))
    }
}
