//! One subscriber's way through the log.

use std::collections::VecDeque;
use std::sync::Arc;

use docket_domain::OrganizationId;
use docket_eventlog::{EventLog, LogError};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{Cursor, Delivery, Hub};

/// Events that a subscriber reads from the log at a time.
const PAGE: usize = 500;

/// One organization's commits after a cursor, whole and in order, for ever.
///
/// The first may be the rest of a commit, where the cursor is within it: its reader skips what lies before.
pub struct Feed {
    log: EventLog,
    hub: Arc<Hub>,
    org_id: String,
    /// Everything up to here was given.
    position: u64,
    waiting: VecDeque<Arc<Delivery>>,
    tail: Option<Receiver<Arc<Delivery>>>,
}

impl Feed {
    /// The commits of `organization` after `after`.
    pub fn new(log: EventLog, hub: Arc<Hub>, organization: OrganizationId, after: Cursor) -> Self {
        let (position, org_id) = (after.delivered(), organization.to_string());
        Self { log, hub, org_id, position, waiting: VecDeque::new(), tail: None }
    }

    /// The next commit, once there is one; `None` when the server ends.
    ///
    /// # Errors
    /// `Unavailable` where the log cannot be read; the next call tries again.
    pub async fn next(&mut self) -> Result<Option<Arc<Delivery>>, LogError> {
        loop {
            if let Some(commit) = self.waiting.pop_front() {
                if commit.end > self.position {
                    self.position = commit.end;
                    return Ok(Some(commit));
                }
                continue;
            }
            let Some(tail) = &mut self.tail else {
                self.catch_up().await?;
                continue;
            };
            match tail.recv().await {
                Ok(commit) => self.waiting.push_back(commit),
                Err(RecvError::Lagged(_)) => self.tail = None,
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    /// Reads a page from the log, and joins the hub where nothing was left. The hub is joined first, so that
    /// whatever it no longer gives is in the log by then.
    async fn catch_up(&mut self) -> Result<(), LogError> {
        let tail = self.hub.join(&self.org_id);
        let page = self.log.store().read_organization(&self.org_id, self.position, PAGE).await?;
        if page.events.is_empty() {
            self.tail = Some(tail);
        }
        self.waiting.extend(Delivery::of_page(page.events.into_iter().map(Arc::new).collect()));
        Ok(())
    }
}
