//! How far the read models are on this node, and what of them it has in memory.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::error::ViewsError;
use crate::registry::{Entry, GROUPS};
use crate::rows::RecentRows;
use crate::table::{Key, Row};

/// How far the groups are, as everybody on this node sees it.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    applied: BTreeMap<&'static str, watch::Sender<u64>>,
    waiting: AtomicUsize,
    leads: RwLock<BTreeMap<&'static str, Instant>>,
    stopped: RwLock<BTreeMap<String, u64>>,
    remembered: RwLock<HashMap<TypeId, Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    entry: &'static Entry,
    rows: Box<dyn Any + Send + Sync>,
}

/// A row's key, and what is remembered of the row: nothing, or the row, or that there is none.
pub(crate) type Recalled<R> = (Key<<R as Row>::Id>, Option<Option<Arc<R>>>);

impl Progress {
    pub(crate) fn new() -> Self {
        let applied = GROUPS.iter().map(|group| (*group, watch::Sender::new(0))).collect();
        Self(Arc::new(Shared {
            applied,
            waiting: AtomicUsize::new(0),
            leads: RwLock::default(),
            stopped: RwLock::default(),
            remembered: RwLock::default(),
        }))
    }

    /// The position that `group` has reached, as it moves.
    pub(crate) fn applied(&self, group: &str) -> Result<watch::Receiver<u64>, ViewsError> {
        let sender = self.0.applied.get(group).map(watch::Sender::subscribe);
        sender.ok_or_else(|| ViewsError::UnknownProjection(group.to_owned()))
    }

    /// `group` has reached `position`.
    pub(super) fn advance(&self, group: &str, position: u64) {
        if let Some(sender) = self.0.applied.get(group) {
            sender.send_if_modified(|known| {
                let further = position > *known;
                *known = position.max(*known);
                further
            });
        }
    }

    /// Waits until `projection` has reached `position`, at most `within`.
    pub(crate) async fn wait(
        &self,
        projection: &'static Entry,
        position: u64,
        within: Duration,
    ) -> Result<(), ViewsError> {
        let behind = || ViewsError::Behind { projection: projection.name, position };
        let mut applied = self.applied(projection.group)?;
        if *applied.borrow() < position {
            let _waiting = Waiting::on(&self.0.waiting);
            let reached = applied.wait_for(|reached| *reached >= position);
            let reached = tokio::time::timeout(within, reached).await;
            reached.map_err(|_| behind())?.map_err(|_| behind())?;
        }
        let stopped = self.0.stopped.read().unwrap_or_else(PoisonError::into_inner);
        match stopped.get(projection.name) {
            Some(reached) if *reached < position => Err(behind()),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether somebody waits for a position.
    pub(super) fn somebody_waits(&self) -> bool {
        self.0.waiting.load(Ordering::Relaxed) > 0
    }

    /// The projections that have stopped, and where.
    pub(super) fn set_stopped(&self, stopped: BTreeMap<String, u64>) {
        *self.0.stopped.write().unwrap_or_else(PoisonError::into_inner) = stopped;
    }

    /// A projection has stopped at `position`: what is remembered of its rows counts no longer.
    pub(super) fn stop(&self, projection: &str, position: u64) {
        let mut stopped = self.0.stopped.write().unwrap_or_else(PoisonError::into_inner);
        stopped.insert(projection.to_owned(), position);
        let mut remembered = self.0.remembered.write().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|_, rows| rows.entry.name != projection);
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
        let found =
            remembered.get(&TypeId::of::<R>()).filter(|rows| self.leads_now(rows.entry.group));
        match found.and_then(|found| found.rows.downcast_ref::<RecentRows<R>>()) {
            Some(rows) => rows.get_all(keys.iter()),
            None => keys.iter().map(|key| (*key, None)).collect(),
        }
    }

    fn leads_now(&self, group: &str) -> bool {
        let leads = self.0.leads.read().unwrap_or_else(PoisonError::into_inner);
        leads.get(group).is_some_and(|until| Instant::now() < *until)
    }
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
