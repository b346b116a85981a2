//! How a task, an approval or an organization stood before and after an event.

use std::sync::Arc;

use docket_domain::organization::Organization;
use docket_domain::{DomainEvents, OrganizationId, Recorded, RunId};
use docket_eventlog::{Codec, EventLog, LogError, StoredEvent, StreamId};
use docket_projections::ViewsError;
use docket_projections::approval::ApprovalRow;
use docket_projections::task::TaskRow;
use moka::sync::Cache;

use super::LiveEvent;
use super::replayed::Replayed;
use crate::graphql::common::ApiError;

/// States that are remembered, of each kind: one for each event that happened lately.
const REMEMBERED: u64 = 4_096;
/// Organizations that are remembered, each with its people: what the subscribers of a few need while something
/// happens to them.
const ORGANIZATIONS: u64 = 64;
/// Events of one stream that are read at a time.
const PAGE: usize = 500;

/// Something before and after an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Around<S> {
    /// Before it; `None` where the event is the first.
    pub before: Option<Arc<S>>,
    /// After it.
    pub after: Option<Arc<S>>,
}

/// A stream and the number of one of its events.
type Place = (String, u64);

/// How tasks, approvals and organizations stood, event by event, from the log alone: what was true then,
/// whatever the read models say now.
pub struct History {
    log: EventLog,
    codec: Arc<Codec>,
    tasks: Known<TaskRow>,
    approvals: Known<ApprovalRow>,
    organizations: Known<Organization>,
}

/// A stream holds an event that cannot be read or applied: what is so since is not known. Nobody is told of what happens in
/// it then, rather than that every subscription ends; the read models, which cannot apply it either, say so.
#[derive(Debug)]
struct Unreadable;

type Known<S> = Cache<Place, Option<Arc<S>>>;

/// Up to where a stream is replayed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The event of this number, without it; it is there.
    Before(u64),
    /// This position, with it.
    Position(u64),
}

impl History {
    /// The history that `log` tells, whose events `codec` opens.
    pub fn new(log: EventLog, codec: Arc<Codec>) -> Self {
        let (tasks, approvals) = (Cache::new(REMEMBERED), Cache::new(REMEMBERED));
        Self { log, codec, tasks, approvals, organizations: Cache::new(ORGANIZATIONS) }
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

    /// The organization that `event` happened to; `None` where it happened to something else.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn organization(
        &self,
        event: &LiveEvent,
    ) -> Result<Option<Around<Organization>>, ApiError> {
        self.around(&self.organizations, event).await
    }

    /// The run that `event` happened to: its own, or the one that raised its task or approval; `None` for
    /// everything else.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn run_of(&self, event: &LiveEvent) -> Result<Option<RunId>, ApiError> {
        if matches!(event.recorded.event, DomainEvents::Run(_)) {
            return Ok(event.stored.aggregate_id.parse().ok());
        }
        let task = self.task(event).await?.and_then(|around| around.after);
        let approval = self.approval(event).await?.and_then(|around| around.after);
        let of_task = task.and_then(|task| task.origin.as_ref().map(|origin| origin.run));
        let of_approval = approval.and_then(|row| row.origin.as_ref().map(|origin| origin.run));
        Ok(of_task.or(of_approval))
    }

    /// Something of an organization as it stood at `position`; `None` where it did not exist, or is not known.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub(super) async fn at<S: Replayed>(
        &self,
        organization: OrganizationId,
        id: impl std::fmt::Display,
        position: u64,
    ) -> Result<Option<Arc<S>>, ApiError> {
        let (org_id, id) = (organization.to_string(), id.to_string());
        let replayed = self.replay::<S>(&org_id, &id, Until::Position(position)).await?;
        Ok(replayed.unwrap_or_default())
    }

    async fn around<S: Replayed>(
        &self,
        known: &Known<S>,
        event: &LiveEvent,
    ) -> Result<Option<Around<S>>, ApiError> {
        let stored = &event.stored;
        if stored.aggregate_type != S::STREAM {
            return Ok(None);
        }
        let place = |sequence| (stored.aggregate_id.clone(), sequence);
        let before = if let Some(before) = known.get(&place(stored.sequence - 1)) {
            before
        } else {
            let until = Until::Before(stored.sequence);
            match self.replay::<S>(&stored.org_id, &stored.aggregate_id, until).await? {
                Ok(before) => before,
                Err(Unreadable) => return Ok(None),
            }
        };
        let after = match known.get(&place(stored.sequence)) {
            Some(after) => after,
            None => match step::<S>(before.as_deref(), event.recorded.clone())? {
                Ok(after) => after.map(Arc::new),
                Err(Unreadable) => return Ok(None),
            },
        };
        known.insert(place(stored.sequence), after.clone());
        Ok(Some(Around { before, after }))
    }

    /// What the events of a stream make, up to `until`.
    async fn replay<S: Replayed>(
        &self,
        org_id: &str,
        id: &str,
        until: Until,
    ) -> Result<Result<Option<Arc<S>>, Unreadable>, ApiError> {
        let stream = StreamId { aggregate_type: S::STREAM, aggregate_id: id.to_owned() };
        let (mut state, mut sequence) = (None, 0);
        while until != Until::Before(sequence + 1) {
            let mut page = self.log.store().read_stream(org_id, &stream, sequence, PAGE).await?;
            if page.is_empty() && matches!(until, Until::Before(_)) {
                return Err(LogError::Corrupt(format!("events of {id} are missing")).into());
            }
            let read = page.len();
            page.retain(|event| until.includes(event));
            for recorded in self.codec.decode_page(&page).await? {
                let Ok(recorded) = recorded else { return Ok(Err(Unreadable)) };
                match step::<S>(state.as_ref(), recorded)? {
                    Ok(next) => state = next,
                    Err(Unreadable) => return Ok(Err(Unreadable)),
                }
                sequence += 1;
            }
            if page.len() < read.max(1) {
                break;
            }
        }
        Ok(Ok(state.map(Arc::new)))
    }
}

/// What follows from an event, where anything can.
fn step<S: Replayed>(
    before: Option<&S>,
    event: Recorded<DomainEvents>,
) -> Result<Result<Option<S>, Unreadable>, ApiError> {
    match S::step(before, event) {
        Ok(after) => Ok(Ok(after)),
        Err(ViewsError::Unfoldable { .. }) => Ok(Err(Unreadable)),
        Err(error) => Err(error.into()),
    }
}

impl Until {
    const fn includes(self, event: &StoredEvent) -> bool {
        match self {
            Self::Before(sequence) => event.sequence < sequence,
            Self::Position(position) => event.position <= position,
        }
    }
}
