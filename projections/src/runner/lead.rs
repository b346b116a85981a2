//! Leading a group: page after page is folded, and what they come to is written beside it.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::group::Group;
use super::writer::{Batch, Writer};
use crate::error::ViewsError;

/// How long after a hint of new events that are not there yet the log is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// What a group waits for, so that events gather.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Between pages.
    pub(super) fold: Duration,
    /// Between one time and the next that rows are written.
    pub(super) write: Duration,
}

/// Leads until `stop`, and then writes what is folded and gives the lease back.
///
/// # Errors
/// `LeaseLost` when another node leads; whatever the log and the database answer.
pub(super) async fn lead(
    group: Group,
    writer: Writer,
    (head, wanted): (watch::Receiver<u64>, watch::Receiver<u64>),
    pace: Pace,
    stop: &CancellationToken,
) -> Result<(), ViewsError> {
    let (batches, queue) = mpsc::channel(1);
    let folding = Folding { group, batches, head, wanted, pace, next_page: Instant::now() };
    tokio::try_join!(folding.run(stop), writer.write_all(queue)).map(drop)
}

struct Folding {
    group: Group,
    batches: mpsc::Sender<Batch>,
    head: watch::Receiver<u64>,
    wanted: watch::Receiver<u64>,
    pace: Pace,
    /// When the next page is folded at the earliest.
    next_page: Instant,
}

impl Folding {
    async fn run(mut self, stop: &CancellationToken) -> Result<(), ViewsError> {
        while !stop.is_cancelled() {
            self.wanted.mark_unchanged();
            self.group.look();
            let behind = *self.head.borrow_and_update() > self.group.position();
            let page = (behind && self.group.has_room()).then_some(self.next_page);
            let write = self.group.due(self.pace.write);
            let is_now = |due: Option<Instant>| due.is_some_and(|due| due <= Instant::now());
            if is_now(write) {
                self.hand_over().await?;
            } else if is_now(page) {
                let pause = if self.group.page().await? { self.pace.fold } else { ASK_AGAIN };
                self.next_page = Instant::now() + pause;
            } else if !self.wait([write, page].into_iter().flatten().min(), stop).await {
                break;
            }
        }
        self.end().await
    }

    /// Waits until there is something to do; answers `false` when there never will be.
    async fn wait(&mut self, due: Option<Instant>, stop: &CancellationToken) -> bool {
        let due = async {
            match due {
                Some(due) => sleep_until(due.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => true,
            () = due => true,
            () = self.group.written() => true,
            changed = self.wanted.changed() => changed.is_ok(),
            changed = self.head.changed() => changed.is_ok(),
        }
    }

    async fn hand_over(&mut self) -> Result<(), ViewsError> {
        let batch = self.group.batch()?;
        // Where nobody writes any more, whoever did says why.
        let _ = self.batches.send(batch).await;
        Ok(())
    }

    /// Has what is folded written.
    async fn end(mut self) -> Result<(), ViewsError> {
        while self.group.is_writing() {
            self.group.written().await;
        }
        if self.group.due(Duration::ZERO).is_some() {
            self.hand_over().await?;
        }
        Ok(())
    }
}
