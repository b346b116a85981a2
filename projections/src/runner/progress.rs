//! How far the read models are on this node, and what of them it has in memory.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::status::AllParked;
use crate::error::ViewsError;
use crate::registry::{Entry, GROUPS, PROJECTIONS};
use crate::rows::RecentRows;
use crate::table::{Key, Row};

/// How far the groups are, as everybody on this node sees it.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    groups: BTreeMap<&'static str, Positions>,
    waiting: AtomicUsize,
    leads: RwLock<BTreeMap<&'static str, Instant>>,
    stopped: RwLock<BTreeMap<&'static str, u64>>,
    parked: RwLock<BTreeMap<&'static str, ParkedIds>>,
    remembered: RwLock<HashMap<TypeId, Remembered>>,
}

/// Where a group is.
#[derive(Debug, Default)]
struct Positions {
    /// Everything up to here is in the database.
    applied: watch::Sender<u64>,
    /// Everything up to here is in the database, or in the memory of this node.
    shown: watch::Sender<u64>,
    /// What this node remembers is from here, or from anywhere between this and what was shown last.
    showing: AtomicU64,
    /// What this node remembers is from here. Less than what was shown where it has begun anew since.
    remembered: AtomicU64,
    /// Somebody waits for the database to have everything up to here.
    wanted: watch::Sender<u64>,
}

#[derive(Debug)]
struct Remembered {
    entry: &'static Entry,
    rows: Box<dyn Any + Send + Sync>,
}

/// Ids of what the parked keys are about, each with the position of the first event that is parked.
type ParkedIds = HashMap<String, u64>;

/// A row's key, and what is remembered of the row: nothing, or the row, or that there is none.
pub(crate) type Recalled<R> = (Key<<R as Row>::Id>, Option<Option<Arc<R>>>);

impl Progress {
    pub(crate) fn new() -> Self {
        let groups = GROUPS.iter().map(|group| (*group, Positions::default())).collect();
        Self(Arc::new(Shared {
            groups,
            waiting: AtomicUsize::new(0),
            leads: RwLock::default(),
            stopped: RwLock::default(),
            parked: RwLock::default(),
            remembered: RwLock::default(),
        }))
    }

    fn group(&self, group: &str) -> Result<&Positions, ViewsError> {
        let unknown = || ViewsError::UnknownProjection(group.to_owned());
        self.0.groups.get(group).ok_or_else(unknown)
    }

    /// The position that `group` has reached in the database, as it moves.
    pub(crate) fn applied(&self, group: &str) -> Result<watch::Receiver<u64>, ViewsError> {
        Ok(self.group(group)?.applied.subscribe())
    }

    /// The position up to which somebody waits for the database to have `group`, as it moves.
    pub(super) fn wanted(&self, group: &str) -> Result<watch::Receiver<u64>, ViewsError> {
        Ok(self.group(group)?.wanted.subscribe())
    }

    /// Whether somebody waits for the database to have what `group` shows at `position` and not before.
    pub(super) fn is_wanted(&self, group: &str, position: u64) -> bool {
        self.group(group).is_ok_and(|group| {
            let wanted = *group.wanted.borrow();
            wanted <= position && wanted > *group.applied.borrow()
        })
    }

    /// `group` has reached `position` in the database.
    pub(super) fn advance(&self, group: &str, position: u64) {
        if let Ok(group) = self.group(group) {
            move_on(&group.applied, position);
            move_on(&group.shown, position);
        }
    }

    /// From now on some reader on this node may see `group` at `position`.
    pub(super) fn begin_to_show(&self, group: &str, position: u64) {
        if let Ok(group) = self.group(group) {
            group.showing.fetch_max(position, Ordering::AcqRel);
        }
    }

    /// `group` has reached `position` in the memory of this node.
    pub(super) fn show(&self, group: &str, position: u64) {
        if let Ok(group) = self.group(group) {
            group.remembered.store(position, Ordering::Release);
            move_on(&group.shown, position);
        }
    }

    /// Waits until this node shows `projection` at `position`, at most `within`.
    pub(crate) async fn wait(
        &self,
        projection: &'static Entry,
        position: u64,
        within: Duration,
    ) -> Result<(), ViewsError> {
        let behind = || ViewsError::Behind { projection: projection.name, position };
        let shown = self.group(projection.group)?.shown.subscribe();
        if !self.reached(shown, position, within).await {
            return Err(behind());
        }
        let stopped = self.0.stopped.read().unwrap_or_else(PoisonError::into_inner);
        match stopped.get(projection.name) {
            Some(reached) if *reached < position => Err(behind()),
            Some(_) | None => Ok(()),
        }
    }

    /// Waits until the database has whatever this node has shown of `projection`'s group, at most `within`.
    ///
    /// # Errors
    /// `Behind` where it has not: it would answer with less than somebody has seen.
    pub(crate) async fn settle(
        &self,
        projection: &'static Entry,
        within: Duration,
    ) -> Result<(), ViewsError> {
        let group = self.group(projection.group)?;
        let position = group.showing.load(Ordering::Acquire);
        if *group.applied.borrow() >= position {
            return Ok(());
        }
        move_on(&group.wanted, position);
        let behind = ViewsError::Behind { projection: projection.name, position };
        let reached = self.reached(group.applied.subscribe(), position, within).await;
        if reached { Ok(()) } else { Err(behind) }
    }

    async fn reached(
        &self,
        mut moving: watch::Receiver<u64>,
        position: u64,
        within: Duration,
    ) -> bool {
        if *moving.borrow() >= position {
            return true;
        }
        let _waiting = Waiting::on(&self.0.waiting);
        let reached = moving.wait_for(|reached| *reached >= position);
        matches!(tokio::time::timeout(within, reached).await, Ok(Ok(_)))
    }

    /// Whether somebody waits for a position.
    pub(super) fn somebody_waits(&self) -> bool {
        self.0.waiting.load(Ordering::Relaxed) > 0
    }

    /// The projections of `group` that have stopped, and where.
    pub(super) fn set_stopped(&self, group: &str, stopped: BTreeMap<&'static str, u64>) {
        let mut all = self.0.stopped.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|name, _| Entry::named(name).is_some_and(|entry| entry.group != group));
        all.extend(stopped);
    }

    /// A projection has stopped at `position`: what is remembered of its rows counts no longer.
    pub(super) fn stop(&self, projection: &'static str, position: u64) {
        let mut stopped = self.0.stopped.write().unwrap_or_else(PoisonError::into_inner);
        stopped.insert(projection, position);
        let mut remembered = self.0.remembered.write().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|_, rows| rows.entry.name != projection);
    }

    /// What of the projections of `group` is parked.
    pub(super) fn set_parked(&self, group: &str, parked: &AllParked) {
        let mut all = self.0.parked.write().unwrap_or_else(PoisonError::into_inner);
        for entry in PROJECTIONS.iter().filter(|entry| entry.group == group) {
            all.insert(
                entry.name,
                parked.keys(entry.name).map(|(key, at)| (id(key), at)).collect(),
            );
        }
    }

    /// These keys of a projection are parked.
    pub(super) fn park(&self, projection: &'static str, keys: &HashMap<String, u64>) {
        let mut all = self.0.parked.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(projection, keys.iter().map(|(key, at)| (id(key), *at)).collect());
    }

    /// The position of the event that keeps a row of a projection as it was before; `None` where none does. `ids` are
    /// those of what the row is about.
    pub(crate) fn parked(
        &self,
        projection: &str,
        ids: impl FnOnce() -> [String; 2],
    ) -> Option<u64> {
        let all = self.0.parked.read().unwrap_or_else(PoisonError::into_inner);
        let parked = all.get(projection).filter(|parked| !parked.is_empty())?;
        ids().iter().find_map(|id| parked.get(id).copied())
    }

    /// A projection has been rebuilt, and is where its group is.
    pub(super) fn mended(&self, projection: &str) {
        self.0.stopped.write().unwrap_or_else(PoisonError::into_inner).remove(projection);
    }

    /// This node leads `group` until then, unless it says so again.
    pub(super) fn leads(&self, group: &'static str, until: Instant) {
        self.0.leads.write().unwrap_or_else(PoisonError::into_inner).insert(group, until);
    }

    /// This node does not lead `group`.
    pub(super) fn follows(&self, group: &'static str) {
        self.0.leads.write().unwrap_or_else(PoisonError::into_inner).remove(group);
        let mut remembered = self.0.remembered.write().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|_, rows| rows.entry.group != group);
    }

    /// Lets readers see what the leader remembers of a table.
    pub(super) fn remember(
        &self,
        entry: &'static Entry,
        (table, rows): (TypeId, Box<dyn Any + Send + Sync>),
    ) {
        let mut remembered = self.0.remembered.write().unwrap_or_else(PoisonError::into_inner);
        remembered.insert(table, Remembered { entry, rows });
    }

    /// The rows of these keys that this node remembers and leads; `None` within is a row that does not exist.
    pub(crate) fn recall<R: Row>(&self, keys: &[Key<R::Id>]) -> Vec<Recalled<R>> {
        let remembered = self.0.remembered.read().unwrap_or_else(PoisonError::into_inner);
        let found = remembered.get(&TypeId::of::<R>());
        let found = found.filter(|rows| self.is_good(rows.entry.group));
        match found.and_then(|found| found.rows.downcast_ref::<RecentRows<R>>()) {
            Some(rows) => rows.get_all(keys.iter()),
            None => keys.iter().map(|key| (*key, None)).collect(),
        }
    }

    /// Whether what is remembered of `group` counts: this node leads it, and has shown nothing later.
    fn is_good(&self, group: &str) -> bool {
        let is_latest =
            |group: &Positions| group.remembered.load(Ordering::Acquire) >= *group.shown.borrow();
        self.group(group).is_ok_and(is_latest) && self.leads_now(group)
    }

    fn leads_now(&self, group: &str) -> bool {
        let leads = self.0.leads.read().unwrap_or_else(PoisonError::into_inner);
        leads.get(group).is_some_and(|until| Instant::now() < *until)
    }
}

/// What a key is about.
fn id(key: &str) -> String {
    key.split_once('/').map_or(key, |(_, id)| id).to_owned()
}

fn move_on(known: &watch::Sender<u64>, position: u64) {
    known.send_if_modified(|known| {
        let further = position > *known;
        *known = position.max(*known);
        further
    });
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn on(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
