//! A group of projections that this node leads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fold::{changes, end, fold_page};
use super::tail::Tail;
use super::{Coming, Member, Progress};
use crate::error::ViewsError;
use crate::registry::PROJECTIONS;
use crate::store::{Db, Lease, PageWrite, Stop};

/// Events of one page, at first, at least and at most.
const PAGE: (usize, usize, usize) = (1_000, 64, 4_096);
/// What a page may take: others on the node wait for the same database.
const PAGE_TIME: Duration = Duration::from_millis(50);

/// The projections of a group, with the lease on their rows.
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) lease: Lease,
    db: Db,
    tail: Tail,
    progress: Progress,
    members: Vec<Box<dyn Member>>,
    limit: usize,
}

impl Group {
    /// The members of `name` that are fit to move: built by the fold of this version, and not stopped.
    pub(super) async fn gather(
        name: &'static str,
        lease: Lease,
        (db, tail, progress): (Db, Tail, Progress),
    ) -> Result<Self, ViewsError> {
        let records = db.records().await?;
        let mut members = Vec::new();
        for entry in PROJECTIONS.iter().filter(|entry| entry.group == name) {
            let record = records.iter().find(|record| record.name == entry.name);
            if record.is_some_and(|record| record.moves(entry)) {
                let mut member = (entry.member)();
                let shared = member.stores().into_iter().filter_map(|store| store.shared());
                shared.for_each(|rows| progress.remember(entry, rows));
                members.push(member);
            }
        }
        progress.advance(name, lease.position.unsigned_abs());
        Ok(Self { name, lease, db, tail, progress, members, limit: PAGE.0 })
    }

    /// The position that the rows have reached.
    pub(super) fn position(&self) -> u64 {
        self.lease.position.unsigned_abs()
    }

    /// Applies the next page; answers whether there was one.
    ///
    /// # Errors
    /// `LeaseLost`, and whatever the log and the database answer. Nothing has been written then, or nobody
    /// knows: the group has to be gathered anew.
    pub(super) async fn page(&mut self) -> Result<bool, ViewsError> {
        let events = self.tail.read(self.position(), self.limit).await?;
        let Some(last) = events.last() else { return Ok(false) };
        let began = Instant::now();
        let to = last.position;
        let stops = fold_page(&self.db, &mut self.members, &events, "").await?;
        self.write(to, &stops).await?;
        end(&mut self.members, true);
        self.lease.position = to.cast_signed();
        for stop in &stops {
            self.part_with(stop);
        }
        self.progress.advance(self.name, to);
        self.measure(&events, began.elapsed());
        Ok(true)
    }

    async fn write(&mut self, to: u64, stops: &[Stop]) -> Result<(), ViewsError> {
        let tables = changes(&mut self.members)?;
        let page = PageWrite {
            group: self.name,
            fencing: self.lease.fencing,
            from: self.lease.position,
            to: to.cast_signed(),
            tables: &tables,
            stops,
        };
        self.db.write(page).await
    }

    /// Goes on without a member that has stopped.
    fn part_with(&mut self, stop: &Stop) {
        self.members.retain(|member| member.name() != stop.projection);
        self.progress.stop(stop.projection, stop.stopped_at.unsigned_abs());
    }

    /// Larger pages cost less for each event; smaller ones are seen sooner.
    fn measure(&mut self, events: &[Arc<Coming>], took: Duration) {
        let (_, least, most) = PAGE;
        if took > PAGE_TIME {
            self.limit = (self.limit / 2).max(least);
        } else if events.len() >= self.limit {
            self.limit = (self.limit * 2).min(most);
        }
        metrics::histogram!("docket_projection_page_seconds", "group" => self.name).record(took);
        metrics::counter!("docket_projection_events_total", "group" => self.name)
            .increment(events.len() as u64);
        #[expect(clippy::cast_precision_loss, reason = "positions stay far below 2^53")]
        let position = self.position() as f64;
        metrics::gauge!("docket_projection_position", "group" => self.name).set(position);
    }
}
