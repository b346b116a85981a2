//! The last position that this node knows of.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// How long what the store says of its head waits for a batch of this node's: several times what one takes.
const PATIENCE: Duration = Duration::from_millis(50);

/// The known head. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct KnownHead {
    position: watch::Sender<u64>,
    batches: watch::Sender<Batches>,
}

/// The batches of this node.
#[derive(Debug, Default, Clone, Copy)]
struct Batches {
    ended: u64,
    is_under_way: bool,
}

impl KnownHead {
    pub(super) fn new(position: u64) -> Self {
        Self { position: watch::Sender::new(position), batches: watch::Sender::default() }
    }

    /// Wakes whoever waits for a position.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.position.subscribe()
    }

    pub(super) fn position(&self) -> u64 {
        *self.position.borrow()
    }

    /// Moves it forward, never back.
    pub(super) fn advance(&self, position: u64) {
        self.position.send_if_modified(|known| {
            let further = position > *known;
            *known = position.max(*known);
            further
        });
    }

    /// A batch of this node's is under way until what this answers is dropped.
    pub(super) fn begin_batch(&self) -> BatchUnderWay<'_> {
        self.batches.send_modify(|batches| batches.is_under_way = true);
        BatchUnderWay(self)
    }

    /// Moves it to what the store says, once a batch that is under way has ended. A store often tells of a batch
    /// before it answers whoever sent it; readers who heard of that would ask it for what this node is about to have
    /// in memory.
    pub(super) async fn learn(&self, position: u64) {
        if position <= self.position() {
            return;
        }
        let mut batches = self.batches.subscribe();
        let before = batches.borrow().ended;
        let ended = batches.wait_for(|now| !now.is_under_way || now.ended > before);
        // A batch that takes longer keeps nobody from what other nodes have appended.
        let _ = timeout(PATIENCE, ended).await;
        self.advance(position);
    }
}

/// A batch that has not ended.
pub(super) struct BatchUnderWay<'a>(&'a KnownHead);

impl Drop for BatchUnderWay<'_> {
    fn drop(&mut self) {
        self.0.batches.send_modify(|batches| {
            *batches = Batches { ended: batches.ended + 1, is_under_way: false };
        });
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;

    use super::*;

    #[tokio::test]
    async fn what_the_store_says_waits_for_the_batch_under_way() {
        let head = KnownHead::new(3);
        let batch = head.begin_batch();
        let mut learning = Box::pin(head.learn(5));
        assert!(poll!(&mut learning).is_pending());
        assert_eq!(head.position(), 3);
        head.advance(5);
        drop(batch);
        // The next one does not hold it up again.
        let next = head.begin_batch();
        assert!(poll!(&mut learning).is_ready());
        head.learn(5).await;
        drop(next);
        head.learn(7).await;
        assert_eq!(head.position(), 7);
    }

    #[tokio::test]
    async fn a_batch_that_does_not_end_keeps_nothing_back_for_good() {
        let head = KnownHead::new(3);
        let _batch = head.begin_batch();
        head.learn(5).await;
        assert_eq!(head.position(), 5);
    }
}
