//! Where events come from.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_domain::{DomainEvents, Recorded};
use tokio::sync::watch;

use crate::error::ViewsError;
use crate::event::Event;

/// An event as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Its place in the log.
    pub position: u64,
    /// The place of its commit's last event.
    pub commit_end: u64,
    /// The type of its aggregate.
    pub aggregate_type: String,
    /// The id of its aggregate, text form.
    pub aggregate_id: String,
    /// Its type.
    pub event_type: String,
    /// Whether this node has appended it, lately. Where another has, somebody may wait there for its rows, and
    /// has no other way to them than the database.
    pub is_own: bool,
    /// The event; or why it cannot be decoded.
    pub event: Result<Recorded<DomainEvents>, String>,
}

/// The log as projections read it.
#[async_trait]
pub trait EventSource: Send + Sync + 'static {
    /// The last position known on this node; wakes whoever waits for more.
    fn head(&self) -> watch::Receiver<u64>;

    /// The events after `after`, about `limit`, decoded, ending where a commit ends.
    ///
    /// # Errors
    /// `Log` when the log cannot be read.
    async fn read(&self, after: u64, limit: usize) -> Result<Vec<Read>, ViewsError>;

    /// The events at these positions, decoded, in the order of the log.
    ///
    /// # Errors
    /// As [`Self::read`].
    async fn read_positions(&self, positions: &[u64]) -> Result<Vec<Read>, ViewsError>;

    /// When the first event after `after` was recorded; `None` where there is none yet.
    ///
    /// # Errors
    /// As [`Self::read`].
    async fn recorded_after(&self, after: u64) -> Result<Option<DateTime<Utc>>, ViewsError>;
}

/// An event on its way into the rows.
#[derive(Debug)]
pub(crate) struct Coming {
    /// Its place in the log.
    pub(crate) position: u64,
    /// The place of its commit's last event.
    pub(crate) commit_end: u64,
    /// The type of its aggregate.
    pub(crate) aggregate_type: String,
    /// The id of its aggregate, text form.
    pub(crate) aggregate_id: String,
    /// Its type.
    pub(crate) event_type: String,
    /// Whether this node has appended it, lately.
    pub(crate) is_own: bool,
    /// The event; or what is wrong with it.
    pub(crate) event: Result<Event, String>,
}

impl From<Read> for Coming {
    fn from(read: Read) -> Self {
        Self {
            position: read.position,
            commit_end: read.commit_end,
            aggregate_type: read.aggregate_type,
            aggregate_id: read.aggregate_id,
            event_type: read.event_type,
            is_own: read.is_own,
            event: read.event.and_then(Event::new),
        }
    }
}
