//! Watching for what other nodes append.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::known::KnownHead;
use super::trouble::Trouble;
use crate::EventStore;

/// How often the store's head is read: the bound on how late other nodes' events are seen when every hint of
/// the store is lost.
const POLL: Duration = Duration::from_millis(200);

/// Moves the known head with the store's until `stop`: by its hints, and by asking it. Where no commit could be made,
/// it tries whether one can be again: whoever hears of the trouble sends none.
pub(super) async fn follow(
    store: Arc<dyn EventStore>,
    (head, trouble): (KnownHead, Trouble),
    stop: CancellationToken,
) {
    let mut tick = tokio::time::interval(POLL);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hint = store.hint();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            position = &mut hint => {
                head.learn(position).await;
                hint = store.hint();
            }
            _ = tick.tick() => tokio::select! {
                () = stop.cancelled() => return,
                end = store.head() => match end {
                    Ok(end) => head.learn(end.position).await,
                    Err(error) => tracing::debug!(%error, "the log's head cannot be read"),
                },
            },
        }
        if trouble.is_there() {
            // A database that is silent answers late, and a shutdown does not wait for it.
            tokio::select! {
                () = stop.cancelled() => return,
                writable = store.writable() => trouble.note(writable.err()),
            }
        }
    }
}
