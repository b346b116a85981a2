//! Leading a group: page after page, and the lease kept.

use std::time::{Duration, Instant};

use tokio::time::{sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::Progress;
use super::group::Group;
use crate::error::ViewsError;
use crate::store::{Db, LEASE};

/// How often the lease is renewed: two renewals may be late before another node takes it.
const RENEW: Duration = Duration::from_secs(3);
/// How long after a hint of new events that are not there yet the log is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// Keeps a lease in time.
pub(super) struct Keeper {
    group: &'static str,
    fencing: i64,
    db: Db,
    progress: Progress,
    renewed: Instant,
}

impl Keeper {
    /// Of the lease that was asked for at `asked`.
    pub(super) fn new(
        (group, fencing): (&'static str, i64),
        db: Db,
        progress: Progress,
        asked: Instant,
    ) -> Self {
        progress.leads(group, asked + LEASE);
        Self { group, fencing, db, progress, renewed: asked }
    }

    fn due(&self) -> Instant {
        self.renewed + RENEW
    }

    async fn keep(&mut self) -> Result<(), ViewsError> {
        if Instant::now() < self.due() {
            return Ok(());
        }
        let asked = Instant::now();
        self.db.renew(self.group, self.fencing).await?;
        self.renewed = asked;
        self.progress.leads(self.group, asked + LEASE);
        Ok(())
    }

    async fn resign(&self) -> Result<(), ViewsError> {
        self.progress.follows(self.group);
        self.db.resign(self.group, self.fencing).await
    }
}

/// Leads until `stop`, and then gives the lease back. `linger` is the pause between pages, in which events
/// gather.
///
/// # Errors
/// `LeaseLost` when another node leads; whatever the log and the database answer.
pub(super) async fn lead(
    mut group: Group,
    mut keeper: Keeper,
    mut head: tokio::sync::watch::Receiver<u64>,
    linger: Duration,
    stop: &CancellationToken,
) -> Result<(), ViewsError> {
    while !stop.is_cancelled() {
        keeper.keep().await?;
        let behind = *head.borrow_and_update() > group.position();
        if behind && group.page().await? {
            pause(linger, stop).await;
        } else if behind {
            pause(ASK_AGAIN, stop).await;
        } else {
            let () = tokio::select! {
                () = stop.cancelled() => {}
                () = sleep_until(keeper.due().into()) => {}
                changed = head.changed() => if changed.is_err() { break },
            };
        }
    }
    keeper.resign().await
}

async fn pause(time: Duration, stop: &CancellationToken) {
    if !time.is_zero() {
        // Either end of the pause is as good.
        let _ = timeout(time, stop.cancelled()).await;
    }
}
