//! Hearing of what others append.

use std::time::Duration;

use eventstore::{
    Result, StreamPosition, SubscribeToAllOptions, Subscription, SubscriptionEvent,
    SubscriptionFilter,
};
use tokio::time::sleep;

use super::envelope;
use super::names::Names;
use super::open::EventStoreDb;

/// How long after a subscription has ended the next one begins: what comes meanwhile is seen by asking for the head.
const PAUSE: Duration = Duration::from_secs(1);

impl EventStoreDb {
    /// Waits for the end of somebody's commit, and answers its position.
    pub(super) async fn sign(&self) -> u64 {
        let mut signs = self.signs.lock().await;
        loop {
            let subscription = match &mut *signs {
                Some(subscription) => subscription,
                none => none.insert(self.subscribe().await),
            };
            match end_of_commit(&self.names, subscription).await {
                Ok(position) => return position,
                Err(error) => {
                    tracing::debug!(%error, "the log tells nothing of new events");
                    self.failed(&error);
                    *signs = None;
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn subscribe(&self) -> Subscription {
        let filter = SubscriptionFilter::on_stream_name().regex(self.names.aggregates());
        let options = SubscribeToAllOptions::default().position(StreamPosition::End).filter(filter);
        self.client().subscribe_to_all(&options).await
    }
}

async fn end_of_commit(names: &Names, subscription: &mut Subscription) -> Result<u64> {
    loop {
        let SubscriptionEvent::EventAppeared(event) =
            subscription.next_subscription_event().await?
        else {
            continue;
        };
        // What cannot be read is told to whoever reads it.
        if let Some(event) = event.event
            && let Ok(Some((event, place))) = envelope::decode(names, &event)
            && place.is_last()
        {
            return Ok(event.position);
        }
    }
}
