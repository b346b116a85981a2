//! The rows of one table that pages of events touch.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use docket_domain::OrganizationId;
use foldhash::HashMap;

use super::{Recent, RecentRows};
use crate::table::{Key, Row, RowId};

/// Rows of one table that stay in memory, at least; up to twice as many. At some kilobytes a row this bounds
/// the memory of all tables at some ten megabytes, and holds everything that a few thousand people work on.
const REMEMBERED: usize = 8_192;

/// An event that cannot be folded into the rows: it is parked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FoldError {
    /// The event changes a row that no earlier event made.
    #[error("there is no row {id} in {table}")]
    NoRow {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
    },
    /// The fold touches a row that the projection did not announce for the event.
    #[error("row {id} of {table} was not announced")]
    NotAnnounced {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
    },
    /// What the event says does not fit the row.
    #[error("{0}")]
    Unfit(String),
}

/// The rows of one table that pages of events touch: announced first, then read together, then folded and shown,
/// and written once for several pages.
#[derive(Debug)]
pub(crate) struct Rows<R: Row> {
    pub(super) recent: Option<RecentRows<R>>,
    pub(super) missing: Vec<Key<R::Id>>,
    /// The rows that were touched since the last were taken to be written.
    pub(super) page: HashMap<Key<R::Id>, Slot<R>>,
    /// Those of them that were touched since they were last shown.
    pub(super) unshown: Vec<Key<R::Id>>,
    /// The rows on their way into the database, which does not have them yet.
    pub(super) writing: HashMap<Key<R::Id>, Option<Arc<R>>>,
}

/// A row as the database has it, or will have it once what is on its way is there, and as it is now.
#[derive(Debug)]
pub(super) struct Slot<R> {
    pub(super) before: Option<Arc<R>>,
    pub(super) now: Option<Arc<R>>,
    pub(super) changed: bool,
    pub(super) shown: bool,
}

impl<R> Slot<R> {
    fn loaded(row: Option<Arc<R>>) -> Self {
        Self { before: row.clone(), now: row, changed: false, shown: false }
    }
}

impl<R: Row> Default for Rows<R> {
    fn default() -> Self {
        // Rows without a document are written once and never read back here.
        let recent = R::TABLE.doc.then(|| Recent::new(REMEMBERED));
        Self {
            recent,
            missing: Vec::new(),
            page: HashMap::default(),
            unshown: Vec::new(),
            writing: HashMap::default(),
        }
    }
}

impl<R: Row> Rows<R> {
    /// Says that the fold will touch the row `id`, which may exist.
    pub(crate) fn announce(&mut self, org: Option<OrganizationId>, id: R::Id) {
        if self.touch(org, id) {
            self.missing.push(Key::new(org, id));
        }
    }

    /// Says that the fold will touch the row `id`, which cannot exist yet.
    pub(crate) fn announce_new(&mut self, org: Option<OrganizationId>, id: R::Id) {
        self.touch(org, id);
    }

    /// Answers whether the row was not in the page before.
    fn touch(&mut self, org: Option<OrganizationId>, id: R::Id) -> bool {
        let key = Key::new(org, id);
        let is_new = match self.page.entry(key) {
            Entry::Vacant(slot) => {
                slot.insert(Slot::loaded(None));
                true
            }
            Entry::Occupied(slot) if slot.get().shown => {
                slot.into_mut().shown = false;
                false
            }
            Entry::Occupied(_) => return false,
        };
        self.unshown.push(key);
        is_new
    }

    /// The row `id`; `None` where there is none.
    ///
    /// # Errors
    /// `NotAnnounced`.
    pub(crate) fn get(
        &self,
        org: Option<OrganizationId>,
        id: R::Id,
    ) -> Result<Option<&R>, FoldError> {
        let slot = self.page.get(&Key::new(org, id)).ok_or_else(|| not_announced::<R>(id))?;
        Ok(slot.now.as_deref())
    }

    /// Makes or replaces a row.
    ///
    /// # Errors
    /// `NotAnnounced`.
    pub(crate) fn put(&mut self, org: Option<OrganizationId>, row: R) -> Result<(), FoldError> {
        let slot = self.slot(org, row.id())?;
        slot.now = Some(Arc::new(row));
        slot.changed = true;
        Ok(())
    }

    /// Changes a row that exists.
    ///
    /// # Errors
    /// `NoRow`, `NotAnnounced`, or what `change` answers.
    pub(crate) fn change(
        &mut self,
        org: Option<OrganizationId>,
        id: R::Id,
        change: impl FnOnce(&mut R) -> Result<(), FoldError>,
    ) -> Result<(), FoldError> {
        let slot = self.slot(org, id)?;
        let none = || FoldError::NoRow { table: R::TABLE.name, id: id.to_string() };
        slot.changed = true;
        change(Arc::make_mut(slot.now.as_mut().ok_or_else(none)?))
    }

    /// Removes a row; nothing happens where there is none.
    ///
    /// # Errors
    /// `NotAnnounced`.
    pub(crate) fn remove(
        &mut self,
        org: Option<OrganizationId>,
        id: R::Id,
    ) -> Result<(), FoldError> {
        let slot = self.slot(org, id)?;
        slot.now = None;
        slot.changed = true;
        Ok(())
    }

    fn slot(&mut self, org: Option<OrganizationId>, id: R::Id) -> Result<&mut Slot<R>, FoldError> {
        self.page.get_mut(&Key::new(org, id)).ok_or_else(|| not_announced::<R>(id))
    }

    /// Puts what is on its way or remembered into the page, and keeps the keys of the rest.
    pub(super) fn recall(&mut self) {
        let (writing, page) = (&self.writing, &mut self.page);
        self.missing.retain(|key| match writing.get(key) {
            Some(row) => page.insert(*key, Slot::loaded(row.clone())).is_none(),
            None => true,
        });
        let Some(recent) = &self.recent else { return };
        let found = recent.get_all(self.missing.iter());
        self.missing.clear();
        for (key, row) in found {
            match row {
                Some(row) => drop(self.page.insert(key, Slot::loaded(row))),
                None => self.missing.push(key),
            }
        }
    }

    pub(crate) fn load(&mut self, org: Option<OrganizationId>, row: R) {
        let key = Key::new(org, row.id());
        self.page.insert(key, Slot::loaded(Some(Arc::new(row))));
    }

    /// Takes the rows as they were when the last were taken to be written, to fold anew from there.
    pub(super) fn reset(&mut self) {
        for slot in self.page.values_mut() {
            slot.now = slot.before.clone();
            slot.changed = false;
        }
    }

    /// Lets readers on this node see the rows as they are now.
    pub(super) fn show_all(&mut self) {
        let Some(recent) = &self.recent else { return self.unshown.clear() };
        let page = &mut self.page;
        recent.put_all(self.unshown.drain(..).filter_map(|key| {
            let slot = page.get_mut(&key)?;
            slot.shown = true;
            Some((key, slot.now.clone()))
        }));
    }
}

fn not_announced<R: Row>(id: impl RowId) -> FoldError {
    FoldError::NotAnnounced { table: R::TABLE.name, id: id.to_string() }
}
