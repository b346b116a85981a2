//! Applying what was parked, once whatever was wrong with it is mended; or giving it up.

use std::collections::BTreeSet;
use std::sync::Arc;

use docket_eventlog::failpoint;

use super::fold::{fold_page, take, take_parked};
use super::rebuild::{known, left_out};
use super::status::AllParked;
use super::{Coming, Projections};
use crate::error::ViewsError;
use crate::registry::Entry;
use crate::rows::TableChanges;
use crate::store::{Freed, Lease, PageWrite, ParkedWrite, Skipped};

/// Events that are read at once: those of a key mostly lie near one another.
const NEARBY: usize = 64;

/// How many times it is begun anew where another node takes the lead meanwhile: each time it had four seconds.
const TRIES: usize = 5;

/// What a retry came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retried {
    /// How many events were applied.
    pub applied: u64,
    /// How many of those that were tried are parked still.
    pub parked: u64,
}

/// An event that somebody gives up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// Its position.
    pub position: u64,
    /// Who gives it up.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What is to be applied, and what it comes to.
struct Outcome {
    tables: Vec<TableChanges>,
    parked: Vec<ParkedWrite>,
    freed: Freed,
    retried: Retried,
}

impl Projections {
    /// Applies a projection's parked events in order, those of one key or all, in one transaction with whatever still
    /// cannot be: it stays parked, with what follows it. Nobody else moves the projection's group meanwhile.
    ///
    /// # Errors
    /// `UnknownProjection`; `NoSuchKey`; `NotMoving`; `RebuildUnderWay`; `LeaseLost` where others would not let go of the
    /// lead; whatever the log and the database answer. Nothing has changed then.
    pub async fn retry(&self, name: &str, key: Option<&str>) -> Result<Retried, ViewsError> {
        self.apply(known(name)?, key, None).await
    }

    /// Gives up an event that a projection cannot apply, and applies those that wait behind it, in one transaction.
    /// A rebuild leaves the event out too, unless it can be applied by then.
    ///
    /// # Errors
    /// `NotParked` where there is no such event; else as [`Self::retry`].
    pub async fn skip(&self, name: &str, skip: Skip) -> Result<Retried, ViewsError> {
        self.apply(known(name)?, None, Some(skip)).await
    }

    async fn apply(
        &self,
        entry: &'static Entry,
        key: Option<&str>,
        skip: Option<Skip>,
    ) -> Result<Retried, ViewsError> {
        let lock = self.db.lock_rebuild(entry).await?;
        let mut done = Err(ViewsError::LeaseLost(entry.group));
        for _ in 0..TRIES {
            done = self.lead_and_apply(entry, key, skip.as_ref()).await;
            if !matches!(done, Err(ViewsError::LeaseLost(_))) {
                break;
            }
        }
        // What is done is done; where the lock cannot be given back, its connection is gone, and so is the lock.
        let _ = lock.release().await;
        done
    }

    async fn lead_and_apply(
        &self,
        entry: &'static Entry,
        key: Option<&str>,
        skip: Option<&Skip>,
    ) -> Result<Retried, ViewsError> {
        let key = self.key_to_try(entry, key, skip).await?;
        let lease = self.db.seize(entry.group).await?;
        let done = self.apply_under(entry, lease, key.as_deref(), skip).await;
        // Where it cannot be given back, another leads by now, or will once it has ended.
        let _ = self.db.resign(entry.group, lease.fencing).await;
        if done.is_ok()
            && let Ok(parked) = AllParked::of_group(&self.db, entry.group).await
        {
            self.progress.set_parked(entry.group, &parked);
        }
        done
    }

    /// The key to try; `None` for all.
    async fn key_to_try(
        &self,
        entry: &'static Entry,
        key: Option<&str>,
        skip: Option<&Skip>,
    ) -> Result<Option<String>, ViewsError> {
        let projection = entry.name;
        let moves = self.db.record(projection).await?.is_some_and(|record| record.moves(entry));
        if !moves {
            return Err(ViewsError::NotMoving(projection));
        }
        let parked = AllParked::of(&self.db, entry).await?;
        let mut keys = parked.keys(projection);
        match (key, skip) {
            (Some(key), _) if !keys.any(|(known, _)| known == key) => {
                Err(ViewsError::NoSuchKey { projection, key: key.to_owned() })
            }
            (_, Some(Skip { position, .. })) => {
                if let Some((key, _)) = keys.find(|(_, first)| first == position) {
                    return Ok(Some(key.to_owned()));
                }
                let events = self.db.parked_events(projection).await?;
                let behind = events.iter().find(|(at, _)| at.unsigned_abs() == *position);
                let first =
                    behind.and_then(|(_, of)| parked.keys(projection).find(|(key, _)| key == of));
                let first = first.map(|(_, first)| first);
                Err(ViewsError::NotParked { projection, position: *position, first })
            }
            (key, None) => Ok(key.map(str::to_owned)),
        }
    }

    async fn apply_under(
        &self,
        entry: &'static Entry,
        lease: Lease,
        key: Option<&str>,
        skip: Option<&Skip>,
    ) -> Result<Retried, ViewsError> {
        let Outcome { tables, parked, freed, retried } = self.fold_parked(entry, key, skip).await?;
        failpoint("retry-before-write");
        let page = PageWrite {
            group: entry.group,
            fencing: lease.fencing,
            from: lease.position,
            to: lease.position,
            tables: &tables,
            stops: &[],
            parked: &parked,
            freed: Some(&freed),
        };
        self.db.write(page).await?;
        failpoint("retry-after-write");
        Ok(retried)
    }

    /// Folds what is parked onto the rows in the database, which nobody else writes meanwhile.
    async fn fold_parked(
        &self,
        entry: &'static Entry,
        key: Option<&str>,
        skip: Option<&Skip>,
    ) -> Result<Outcome, ViewsError> {
        let mut tried = self.db.parked_events(entry.name).await?;
        tried.retain(|(_, of)| key.is_none_or(|key| key == of));
        let keys: BTreeSet<String> = tried.iter().map(|(_, key)| key.clone()).collect();
        let skipped = skip.map(|skip| skip.position);
        let positions: Vec<u64> = tried.iter().map(|(at, _)| at.unsigned_abs()).collect();
        let mut events = self.read_each(&positions).await?;
        events.retain(|event| Some(event.position) != skipped);
        let mut members = [(entry.member)()];
        // What somebody has given up before stays so, where it waits behind another by now.
        *members[0].parking() = AllParked::of(&self.db, entry).await?.given_up(entry.name);
        let stops = fold_page(&self.db, &mut members, (&events, 0), "").await?;
        if let Some(stop) = stops.into_iter().next() {
            let position = stop.error_position.unsigned_abs();
            let projection = entry.name;
            return Err(ViewsError::Unfoldable { projection, position, reason: stop.error });
        }
        let (tables, parked) = (take(&mut members)?, take_parked(&mut members));
        let left_out = left_out(&mut members).len();
        let freed = Freed {
            projection: entry.name,
            keys: keys.into_iter().map(|key| (key.clone(), before(&parked, &key))).collect(),
            skipped: skip.map(|skip| Skipped {
                position: skip.position.cast_signed(),
                by: skip.by.clone(),
                reason: skip.reason.clone(),
            }),
        };
        let applied = events.len() - parked.len() - left_out;
        let retried = Retried { applied: applied as u64, parked: parked.len() as u64 };
        Ok(Outcome { tables, parked, freed, retried })
    }

    /// The events at these positions.
    async fn read_each(&self, positions: &[u64]) -> Result<Vec<Arc<Coming>>, ViewsError> {
        let mut events: Vec<Arc<Coming>> = Vec::with_capacity(positions.len());
        let mut page: Vec<Arc<Coming>> = Vec::new();
        for position in positions {
            if page.last().is_none_or(|last| last.position < *position) {
                page = self.tail.read_apart(position.saturating_sub(1), NEARBY).await?;
            }
            let at = page.iter().find(|event| event.position == *position);
            let missing =
                || ViewsError::Log(format!("the event at position {position} is missing"));
            events.push(Arc::clone(at.ok_or_else(missing)?));
        }
        Ok(events)
    }
}

/// The position before which nothing of `key` is parked any longer.
fn before(parked: &[ParkedWrite], key: &str) -> i64 {
    let first = parked.iter().find(|write| write.event.key == key);
    first.map_or(i64::MAX, |write| write.event.position.cast_signed())
}
