//! A group of projections that this node leads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use docket_eventlog::failpoint;
use tokio::sync::oneshot;

use super::fold::{fold_page, show, take, take_parked, written};
use super::status::AllParked;
use super::tail::Tail;
use super::writer::Batch;
use super::{Coming, Member, Progress};
use crate::error::ViewsError;
use crate::registry::PROJECTIONS;
use crate::store::{Db, Stop};

/// Events whose rows are written at once, at first, at least and at most.
const WRITE: (usize, usize, usize) = (1_000, 64, 4_096);
/// What writing them may take: others on the node wait for the same database.
const WRITE_TIME: Duration = Duration::from_millis(100);

/// Where writing is slow, one part in so many of the time goes into it, unless somebody waits: the longer rows
/// stay in memory, the fewer times each is written.
const SHARE: u32 = 8;

/// How long after the last batch was handed over the next one is, at least, where it has what other nodes have
/// appended: those who wait there ask the database every few milliseconds.
const ELSEWHERE: Duration = Duration::from_millis(5);

/// How long after the last batch was handed over the next one is, at most, unless that one is still being written:
/// well within what a command on another node waits for the rows.
const LONGEST: Duration = Duration::from_millis(250);

/// The projections of a group, folded further than they are written: rows that several pages touch are written
/// once.
pub(super) struct Group {
    pub(super) name: &'static str,
    db: Db,
    tail: Tail,
    progress: Progress,
    members: Vec<Box<dyn Member>>,
    /// Everything up to here is folded, and readers on this node see it.
    position: u64,
    /// What was folded since the last batch was handed over.
    unwritten: Vec<Arc<Coming>>,
    /// Whether something of that was appended by another node.
    from_elsewhere: bool,
    stops: Vec<Stop>,
    handed: Handed,
    limit: usize,
}

/// The batch that was handed over last.
struct Handed {
    at: Instant,
    events: usize,
    /// Hears how long writing it took; `None` once it is written.
    writing: Option<oneshot::Receiver<Duration>>,
    took: Duration,
}

impl Group {
    /// The members of `name` that are fit to move, from `position` on: built by the fold of this version, and
    /// not stopped.
    pub(super) async fn gather(
        name: &'static str,
        position: u64,
        (db, tail, progress): (Db, Tail, Progress),
    ) -> Result<Self, ViewsError> {
        let records = db.records().await?;
        let parked = AllParked::of_group(&db, name).await?;
        progress.set_parked(name, &parked);
        let mut members = Vec::new();
        for entry in PROJECTIONS.iter().filter(|entry| entry.group == name) {
            let record = records.iter().find(|record| record.name == entry.name);
            if record.is_some_and(|record| record.moves(entry)) {
                let mut member = (entry.member)();
                *member.parking() = parked.parking(entry.name);
                let shared = member.stores().into_iter().filter_map(|store| store.shared());
                shared.for_each(|rows| progress.remember(entry, rows));
                members.push(member);
            }
        }
        progress.advance(name, position);
        progress.show(name, position);
        Ok(Self {
            name,
            db,
            tail,
            progress,
            members,
            position,
            unwritten: Vec::new(),
            from_elsewhere: false,
            stops: Vec::new(),
            handed: Handed { at: Instant::now(), events: 0, writing: None, took: Duration::ZERO },
            limit: WRITE.0,
        })
    }

    /// The position up to which everything is folded.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// Whether more may be folded before something is written.
    pub(super) const fn has_room(&self) -> bool {
        self.unwritten.len() < self.limit && self.stops.is_empty()
    }

    /// Folds the next page, and shows it to the readers on this node; answers whether there was one.
    ///
    /// # Errors
    /// Whatever the log and the database answer: the group has to be gathered anew.
    pub(super) async fn page(&mut self) -> Result<bool, ViewsError> {
        let page = self.tail.read(self.position, self.limit - self.unwritten.len()).await?;
        let Some(last) = page.last() else { return Ok(false) };
        let (to, new) = (last.position, self.unwritten.len());
        self.from_elsewhere |= page.iter().any(|event| !event.is_own);
        self.unwritten.extend(page);
        let events = (self.unwritten.as_slice(), new);
        self.stops = fold_page(&self.db, &mut self.members, events, "").await?;
        for stop in &self.stops {
            self.progress.stop(stop.projection, stop.stopped_at.unsigned_abs());
        }
        for member in &mut self.members {
            if member.parking().has_changed() {
                self.progress.park(member.name(), member.parking().keys());
            }
        }
        failpoint("page-folded");
        self.position = to;
        self.progress.begin_to_show(self.name, to);
        show(&mut self.members);
        self.progress.show(self.name, to);
        Ok(true)
    }

    /// Whether something that was handed over is still being written.
    pub(super) const fn is_writing(&self) -> bool {
        self.handed.writing.is_some()
    }

    /// When what is folded has to be written, with `linger` between one time and the next, and more where
    /// writing takes long; `None` while there is nothing to write, or something is still being written.
    pub(super) fn due(&self, linger: Duration) -> Option<Instant> {
        if self.unwritten.is_empty() || self.is_writing() {
            return None;
        }
        let hurry = !self.has_room() || self.progress.is_wanted(self.name, self.position);
        let Handed { at, took, .. } = self.handed;
        Some(if hurry {
            at
        } else if self.from_elsewhere {
            // As much time between writing as goes into it.
            at + linger.min(ELSEWHERE.max(took * 2))
        } else {
            at + linger.max(took * SHARE).min(LONGEST)
        })
    }

    /// What has been folded since the last time, to be written.
    ///
    /// # Errors
    /// `Corrupt` for a row that does not fit its table.
    pub(super) fn batch(&mut self) -> Result<Batch, ViewsError> {
        let tables = take(&mut self.members)?;
        let parked = take_parked(&mut self.members);
        let stops = std::mem::take(&mut self.stops);
        self.members.retain(|member| stops.iter().all(|stop| stop.projection != member.name()));
        let (done, writing) = oneshot::channel();
        let events = std::mem::take(&mut self.unwritten).len();
        self.from_elsewhere = false;
        let took = self.handed.took;
        self.handed = Handed { at: Instant::now(), events, writing: Some(writing), took };
        Ok(Batch { to: self.position.cast_signed(), events, tables, stops, parked, done })
    }

    /// Waits until what was handed over last is written; for ever where nothing was.
    pub(super) async fn written(&mut self) {
        let Some(writing) = &mut self.handed.writing else { return std::future::pending().await };
        match writing.await {
            Ok(took) => self.end_batch(took),
            // Nobody writes any more, and whoever did says why.
            Err(_) => std::future::pending().await,
        }
    }

    /// Notes whether what was handed over last is written by now.
    pub(super) fn look(&mut self) {
        let writing = self.handed.writing.as_mut();
        if let Some(took) = writing.and_then(|writing| writing.try_recv().ok()) {
            self.end_batch(took);
        }
    }

    fn end_batch(&mut self, took: Duration) {
        self.handed = Handed { writing: None, took, ..self.handed };
        written(&mut self.members);
        self.measure();
    }

    /// Larger batches cost less for each event; smaller ones let others write sooner.
    fn measure(&mut self) {
        let (_, least, most) = WRITE;
        if self.handed.took > WRITE_TIME {
            self.limit = (self.limit / 2).max(least);
        } else if self.handed.events >= self.limit {
            self.limit = (self.limit * 2).min(most);
        }
    }
}
