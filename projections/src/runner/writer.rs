//! Writing what a group has folded, under its lease.

use std::time::{Duration, Instant};

use docket_eventlog::failpoint;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

use super::Progress;
use crate::error::ViewsError;
use crate::rows::TableChanges;
use crate::store::{Db, LEASE, Lease, PageWrite, ParkedWrite, Stop};

/// How long after it was kept the lease is renewed, where no page has been written since: two renewals may fail
/// before another node takes it.
const RENEW: Duration = Duration::from_secs(1);

/// What some pages of events come to.
pub(super) struct Batch {
    /// The position after them.
    pub(super) to: i64,
    /// How many events they are.
    pub(super) events: usize,
    pub(super) tables: Vec<TableChanges>,
    pub(super) stops: Vec<Stop>,
    pub(super) parked: Vec<ParkedWrite>,
    /// Hears how long writing took.
    pub(super) done: oneshot::Sender<Duration>,
}

/// Writes a group's rows while it holds the lease on them, and keeps the lease.
pub(super) struct Writer {
    group: &'static str,
    lease: Lease,
    db: Db,
    progress: Progress,
    renewed: Instant,
}

impl Writer {
    /// Of the lease that was asked for at `asked`.
    pub(super) fn new(
        (group, lease): (&'static str, Lease),
        db: Db,
        progress: Progress,
        asked: Instant,
    ) -> Self {
        progress.leads(group, asked + LEASE);
        Self { group, lease, db, progress, renewed: asked }
    }

    /// Writes what comes, and gives the lease back when nothing can come any more.
    ///
    /// # Errors
    /// `LeaseLost` when another node leads; whatever the database answers. Nothing of a batch has been written
    /// then, or nobody knows: the group has to be gathered anew.
    pub(super) async fn write_all(
        mut self,
        mut queue: mpsc::Receiver<Batch>,
    ) -> Result<(), ViewsError> {
        loop {
            tokio::select! {
                batch = queue.recv() => match batch {
                    Some(batch) => self.write(batch).await?,
                    None => break,
                },
                () = sleep_until(self.due().into()) => {}
            }
            self.keep().await?;
        }
        self.progress.follows(self.group);
        self.db.resign(self.group, self.lease.fencing).await
    }

    async fn write(&mut self, batch: Batch) -> Result<(), ViewsError> {
        let began = Instant::now();
        let page = PageWrite {
            group: self.group,
            fencing: self.lease.fencing,
            from: self.lease.position,
            to: batch.to,
            tables: &batch.tables,
            stops: &batch.stops,
            parked: &batch.parked,
            freed: None,
        };
        failpoint("page-before-write");
        self.db.write(page).await?;
        failpoint("page-after-write");
        self.kept(began);
        self.lease.position = batch.to;
        self.progress.advance(self.group, batch.to.unsigned_abs());
        self.measure(batch.events, began.elapsed());
        // Whoever folded may have ended, and the rows are written all the same.
        let _ = batch.done.send(began.elapsed());
        Ok(())
    }

    fn measure(&self, events: usize, took: Duration) {
        metrics::histogram!("docket_projection_page_seconds", "group" => self.group).record(took);
        metrics::counter!("docket_projection_events_total", "group" => self.group)
            .increment(events as u64);
        #[expect(clippy::cast_precision_loss, reason = "positions stay far below 2^53")]
        let position = self.lease.position as f64;
        metrics::gauge!("docket_projection_position", "group" => self.group).set(position);
    }

    fn due(&self) -> Instant {
        self.renewed + RENEW
    }

    async fn keep(&mut self) -> Result<(), ViewsError> {
        if Instant::now() < self.due() {
            return Ok(());
        }
        let asked = Instant::now();
        self.db.renew(self.group, self.lease.fencing).await?;
        self.kept(asked);
        Ok(())
    }

    /// The lease was kept, by a statement that began at `asked`.
    fn kept(&mut self, asked: Instant) {
        self.renewed = asked;
        self.progress.leads(self.group, asked + LEASE);
    }
}
