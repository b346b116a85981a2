//! Events one after the other, until there are enough and a commit ends.

use eventstore::{Error, ReadStream, RecordedEvent, Result, Subscription, SubscriptionEvent};

use super::envelope::{self, Place};
use super::open::{EventStoreDb, in_time};
use crate::{LogError, StoredEvent};

/// Where events come from.
pub(super) enum Source {
    /// A reading, which ends.
    Reading(Box<ReadStream>),
    /// A subscription, read until it has caught up. The client can filter nothing else.
    Following(Box<Subscription>),
}

impl Source {
    /// The next event; `None` at the end, as of a stream that is not there. Each message of the server's has its time:
    /// a filter may leave out many events before the next one.
    async fn next(&mut self) -> Result<Option<RecordedEvent>> {
        match self {
            Self::Reading(reading) => match in_time(reading.next()).await {
                Ok(event) => Ok(event.and_then(|event| event.event)),
                // One that was ended has had nothing in it.
                Err(Error::ResourceNotFound | Error::ResourceDeleted) => Ok(None),
                Err(error) => Err(error),
            },
            Self::Following(subscription) => loop {
                match in_time(subscription.next_subscription_event()).await? {
                    SubscriptionEvent::EventAppeared(event) => return Ok(event.event),
                    SubscriptionEvent::CaughtUp => return Ok(None),
                    SubscriptionEvent::Confirmed(_)
                    | SubscriptionEvent::Checkpoint(_)
                    | SubscriptionEvent::FirstStreamPosition(_)
                    | SubscriptionEvent::LastStreamPosition(_)
                    | SubscriptionEvent::LastAllPosition(_)
                    | SubscriptionEvent::FellBehind => {}
                }
            },
        }
    }
}

impl EventStoreDb {
    /// The next event of `source`; `None` at its end.
    pub(super) async fn next(
        &self,
        source: &mut Source,
    ) -> std::result::Result<Option<RecordedEvent>, LogError> {
        self.heard(source.next().await).map_err(|error| self.failed(&error))
    }

    /// The aggregates' events after position `after`: about `limit`, ending where a commit ends.
    pub(super) async fn page(
        &self,
        mut source: Source,
        after: u64,
        limit: usize,
    ) -> std::result::Result<Vec<StoredEvent>, LogError> {
        let mut page = Vec::new();
        // Events from here on are of a commit that has not ended.
        let mut whole = 0;
        while whole < limit.max(1) {
            let Some(event) = self.next(&mut source).await? else { break };
            let Some((event, place)) = envelope::decode(&self.names, &event)? else { continue };
            if event.position > after {
                page.push(event);
                whole = end(&mut page, whole, place);
            }
        }
        match page.get(whole) {
            None => Ok(page),
            Some(event) => Err(LogError::Corrupt(format!(
                "the commit of event {} of {} has no end",
                event.sequence, event.aggregate_id
            ))),
        }
    }
}

/// Where the page's last event ends its commit, says so to the others; answers how many events are of
/// commits that have ended.
fn end(page: &mut [StoredEvent], whole: usize, place: Place) -> usize {
    let Some(end) = page.last().filter(|_| place.is_last()).map(|last| last.position) else {
        return whole;
    };
    for event in page.iter_mut().skip(whole) {
        event.commit_end = end;
    }
    page.len()
}
