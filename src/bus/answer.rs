//! What the policies answer an event with, where that is not in the commit that the event is in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_domain::policies::Reaction;
use docket_domain::{Acting, DomainEvents, EventId, Recorded};
use docket_eventlog::StreamId;

use super::execute::may_be_stale;
use super::slice::Slice;
use super::work::{Step, Work};
use super::{Bus, BusError, Request, Unit};

/// Refusals of an answer that was given before, or that the work or the run has ended without.
const OVERTAKEN: [&str; 5] =
    ["ALREADY_EXISTS", "TASK_CLOSED", "APPROVAL_CLOSED", "RUN_CLOSED", "STEP_NOT_ACTIVE"];

/// What came of the answers to an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// Answers that were decided, now or before.
    pub done: usize,
    /// Answers that their aggregates refused: it has gone on without them, or they were given before.
    pub refused: usize,
}

impl Bus {
    /// Has every aggregate that a policy names decide its answer to an event, each in a commit of its own. Its ids
    /// and its time come from the event alone: asked again, it is found in its stream, or refused.
    ///
    /// # Errors
    /// `Busy`, `Unavailable` and `OutcomeUnknown`, after which it may be asked again; `Corrupt` and others, where that
    /// would not help; `Refused` where an aggregate is not where the event has it, as before an earlier event was
    /// answered.
    pub async fn answer(&self, event: &Recorded<DomainEvents>) -> Result<Answered, BusError> {
        let mut answered = Answered::default();
        let Some(organization) = event.organization else { return Ok(answered) };
        let mut request = Request {
            by: Acting { actor: event.metadata.actor, ..Acting::docket(organization) },
            at: time_of(event.event_id),
            id: event.event_id.uuid(),
            correlation_id: event.metadata.correlation_id,
            idempotency: None,
        };
        let causes = request.ids();
        let found = self.reactions(&request, event).await?;
        for (ordinal, reaction) in found.into_iter().enumerate() {
            request.id = causes.id("reaction", ordinal);
            let work = Work::new().step(Answering { reaction, cause: event.event_id });
            match self.execute(&request, work).await {
                Ok(_) => answered.done += 1,
                Err(BusError::Refused(refusal)) if OVERTAKEN.contains(&refusal.code()) => {
                    tracing::debug!(cause = %event.event_id, %refusal, "an answer was refused");
                    answered.refused += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(answered)
    }

    /// What the policies answer; by what the log has, where this node has not heard of the workflow's version.
    async fn reactions(
        &self,
        request: &Request,
        event: &Recorded<DomainEvents>,
    ) -> Result<Vec<Reaction>, BusError> {
        let (id, event) = (&event.aggregate_id, &event.event);
        let mut known = Unit::new(self, request, false, 0);
        match super::slices::reactions(&mut known, id, event).await {
            Err(error) if may_be_stale(&error) => {
                let mut fresh = Unit::new(self, request, true, 0);
                super::slices::reactions(&mut fresh, id, event).await
            }
            found => found,
        }
    }
}

/// When the command was given that an event came of: its id says so, in milliseconds.
fn time_of(event: EventId) -> DateTime<Utc> {
    let millis = event.uuid().as_u128() >> 80;
    let millis = i64::try_from(millis).unwrap_or_default();
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// One answer, as a step of a unit of work.
struct Answering {
    reaction: Reaction,
    cause: EventId,
}

#[async_trait]
impl Step for Answering {
    fn stream(&self) -> StreamId {
        fn of<A: Slice>(id: A::Id) -> StreamId {
            StreamId { aggregate_type: A::TYPE, aggregate_id: id.to_string() }
        }
        match &self.reaction {
            Reaction::Task(id, _) => of::<docket_domain::task::Task>(*id),
            Reaction::Approval(id, _) => of::<docket_domain::approval::Approval>(*id),
            Reaction::Run(id, _) => of::<docket_domain::run::Run>(*id),
        }
    }

    async fn run(&self, unit: &mut Unit<'_>) -> Result<(), BusError> {
        super::slices::answer(unit, self.cause, self.reaction.clone()).await
    }
}

#[cfg(test)]
mod tests {
    use docket_domain::IdSource;

    use super::*;

    #[test]
    fn an_events_id_says_when_its_command_was_given() {
        let at = DateTime::from_timestamp_millis(1_767_225_600_123).unwrap();
        let ids = IdSource::new(uuid::Uuid::from_u128(7), at);
        assert_eq!(time_of(ids.id("event", 3)), at);
    }
}
