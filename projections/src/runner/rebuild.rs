//! Building a projection anew, beside the one in use.

use std::sync::Arc;

use super::fold::{fold_page, show, take, take_parked, written};
use super::status::AllParked;
use super::{Coming, Member, Projections};
use crate::error::ViewsError;
use crate::registry::{Entry, PROJECTIONS};
use crate::store::NEXT;

/// Events of one page: nobody waits for it.
const PAGE: usize = 4_096;

/// A difference between the rows of a projection and those that its fold makes of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// The row's key: its organization, of a party's row the party, and its id.
    pub key: String,
    /// The row in use, all columns as a JSON array; `None` where only the fold makes it.
    pub live: Option<String>,
    /// The row that the fold makes; `None` where it makes none.
    pub rebuilt: Option<String>,
}

impl Projections {
    /// The projections whose rows were made by another version of their fold, and have to be rebuilt.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn outdated(&self) -> Result<Vec<&'static str>, ViewsError> {
        let records = self.db.records().await?;
        let outdated = |entry: &&Entry| {
            let record = records.iter().find(|record| record.name == entry.name);
            record.is_none_or(|record| record.version != i64::from(entry.version))
        };
        Ok(PROJECTIONS.iter().filter(outdated).map(|entry| entry.name).collect())
    }

    /// Builds a projection anew from the whole log, beside the rows in use, and then puts it in their place.
    /// Its group goes on meanwhile. What could not be applied is tried again, and parked anew where it still cannot.
    /// `tell` hears how far it has come and where its group is.
    ///
    /// # Errors
    /// `UnknownProjection`; `RebuildUnderWay`; `Unfoldable` when more events cannot be applied than can be
    /// parked, which leaves the rows in use as they are; whatever the log and the database answer.
    pub async fn rebuild(
        &self,
        name: &str,
        tell: impl FnMut(u64, u64) + Send,
    ) -> Result<(), ViewsError> {
        let entry = known(name)?;
        let lock = self.db.lock_rebuild(entry).await?;
        let built = self.build_and_swap(entry, tell).await;
        if built.is_err() {
            self.db.drop_shadow(entry).await?;
        }
        lock.release().await?;
        built
    }

    /// Folds the whole log and compares with the rows in use, which stay and go on moving. Answers the first
    /// `limit` differences. `tell` hears how far it has come and where its group is.
    ///
    /// # Errors
    /// As [`Self::rebuild`].
    pub async fn verify(
        &self,
        name: &str,
        limit: usize,
        tell: impl FnMut(u64, u64) + Send,
    ) -> Result<Vec<Difference>, ViewsError> {
        let entry = known(name)?;
        let lock = self.db.lock_rebuild(entry).await?;
        let differences = self.build_and_compare(entry, limit, tell).await;
        self.db.drop_shadow(entry).await?;
        lock.release().await?;
        differences
    }

    /// Takes away what a rebuild left behind whose process has ended; answers of which projections.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn clear_abandoned(&self) -> Result<Vec<&'static str>, ViewsError> {
        let records = self.db.records().await?;
        let begun = |entry: &&Entry| {
            records.iter().any(|record| record.name == entry.name && record.rebuilt_to.is_some())
        };
        let mut cleared = Vec::new();
        for entry in PROJECTIONS.iter().filter(begun) {
            match self.db.lock_rebuild(entry).await {
                Ok(lock) => {
                    self.db.drop_shadow(entry).await?;
                    lock.release().await?;
                    cleared.push(entry.name);
                }
                Err(ViewsError::RebuildUnderWay(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(cleared)
    }

    /// The names of all projections.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PROJECTIONS.iter().map(|entry| entry.name)
    }

    async fn build_and_compare(
        &self,
        entry: &'static Entry,
        limit: usize,
        mut tell: impl FnMut(u64, u64) + Send,
    ) -> Result<Vec<Difference>, ViewsError> {
        let (mut members, reached) = self.build((entry.member)(), entry, &mut tell).await?;
        self.differences(entry, &mut members, reached, limit, &mut tell).await
    }

    async fn build_and_swap(
        &self,
        entry: &'static Entry,
        mut tell: impl FnMut(u64, u64) + Send,
    ) -> Result<(), ViewsError> {
        let (mut member, mut reached) = self.build((entry.member)(), entry, &mut tell).await?;
        // Meanwhile the group may have moved; it takes less and less to catch up with it.
        while !self.db.swap(entry, reached.cast_signed(), &left_out(&mut member)).await? {
            reached = self.catch_up(&mut member, entry, reached, &mut tell).await?;
        }
        self.progress.mended(entry.name);
        self.progress.set_parked(entry.group, &AllParked::of_group(&self.db, entry.group).await?);
        Ok(())
    }

    /// Fills the tables of a rebuild up to where the group is; answers where that was.
    pub(crate) async fn build(
        &self,
        member: Box<dyn Member>,
        entry: &'static Entry,
        mut tell: impl FnMut(u64, u64) + Send,
    ) -> Result<([Box<dyn Member>; 1], u64), ViewsError> {
        self.db.begin_shadow(entry).await?;
        let mut members = [member];
        *members[0].parking() = AllParked::of(&self.db, entry).await?.given_up(entry.name);
        let reached = self.catch_up(&mut members, entry, 0, &mut tell).await?;
        Ok((members, reached))
    }

    pub(super) async fn catch_up(
        &self,
        members: &mut [Box<dyn Member>; 1],
        entry: &'static Entry,
        from: u64,
        tell: &mut (impl FnMut(u64, u64) + Send),
    ) -> Result<u64, ViewsError> {
        let target = self.db.position(entry.group).await?;
        let mut reached = from;
        while reached < target {
            let mut events = self.tail.read_apart(reached, PAGE).await?;
            // The group ends where a commit ends.
            events.retain(|event| event.position <= target);
            let Some(last) = events.last() else {
                let (group, log) = (entry.group, reached);
                return Err(ViewsError::Ahead { group, position: target, log });
            };
            let to = last.position;
            self.fill(members, entry, &events, to).await?;
            reached = to;
            tell(reached, target);
        }
        Ok(reached)
    }

    async fn fill(
        &self,
        members: &mut [Box<dyn Member>; 1],
        entry: &'static Entry,
        events: &[Arc<Coming>],
        to: u64,
    ) -> Result<(), ViewsError> {
        if let Some(stop) =
            fold_page(&self.db, members, (events, 0), NEXT).await?.into_iter().next()
        {
            return Err(ViewsError::Unfoldable {
                projection: entry.name,
                position: stop.error_position.unsigned_abs(),
                reason: stop.error,
            });
        }
        show(members);
        let (tables, parked) = (take(members)?, take_parked(members));
        self.db.write_shadow(entry, to.cast_signed(), &tables, &parked).await?;
        written(members);
        Ok(())
    }
}

/// The events that were given up and still cannot be applied.
pub(super) fn left_out(members: &mut [Box<dyn Member>; 1]) -> Vec<u64> {
    let [member] = members;
    member.parking().left_out()
}

pub(super) fn known(name: &str) -> Result<&'static Entry, ViewsError> {
    Entry::named(name).ok_or_else(|| ViewsError::UnknownProjection(name.to_owned()))
}
