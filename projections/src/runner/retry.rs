//! Applying what was parked, once whatever was wrong with it is mended; or giving it up.

use std::collections::{BTreeSet, HashSet};
use std::ops::AddAssign;
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

/// Keys that are tried at a time, so that it is done long before the lease ends.
const TURN: usize = 500;

/// How many times a turn is begun anew where another node takes the lead meanwhile: each time it had four seconds.
const TRIES: usize = 5;

/// What a retry came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retried {
    /// How many events were applied.
    pub applied: u64,
    /// How many of those that were tried are parked still.
    pub parked: u64,
}

impl AddAssign for Retried {
    fn add_assign(&mut self, more: Self) {
        self.applied += more.applied;
        self.parked += more.parked;
    }
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
    /// Applies a projection's parked events in order, those of one key or all. Some hundred keys at a time are one
    /// transaction with whatever of them still cannot be: it stays parked, with what follows it. Nobody else moves the
    /// projection's group meanwhile.
    ///
    /// # Errors
    /// `UnknownProjection`; `NoSuchKey`; `NotMoving`; `RebuildUnderWay`; `LeaseLost` where others would not let go of the
    /// lead; whatever the log and the database answer. The keys of the transaction that failed are as they were then.
    pub async fn retry(&self, name: &str, key: Option<&str>) -> Result<Retried, ViewsError> {
        let entry = known(name)?;
        let keys = self.keys_to_try(entry, key).await?;
        self.apply(entry, &keys, None).await
    }

    /// Gives up an event that a projection cannot apply, and applies those that wait behind it, in one transaction.
    /// A rebuild leaves the event out too, unless it can be applied by then.
    ///
    /// # Errors
    /// `NotParked` where there is no such event; else as [`Self::retry`].
    pub async fn skip(&self, name: &str, skip: Skip) -> Result<Retried, ViewsError> {
        let entry = known(name)?;
        let key = self.key_of(entry, skip.position).await?;
        self.apply(entry, &[key], Some(&skip)).await
    }

    async fn apply(
        &self,
        entry: &'static Entry,
        keys: &[String],
        skip: Option<&Skip>,
    ) -> Result<Retried, ViewsError> {
        let lock = self.db.lock_rebuild(entry).await?;
        let mut done = Ok(Retried::default());
        for keys in keys.chunks(TURN) {
            match (&mut done, self.apply_some(entry, keys, skip).await) {
                (Ok(done), Ok(more)) => *done += more,
                (_, failed) => done = failed,
            }
            if done.is_err() {
                break;
            }
        }
        // What is done is done; where the lock cannot be given back, its connection is gone, and so is the lock.
        let _ = lock.release().await;
        done
    }

    async fn apply_some(
        &self,
        entry: &'static Entry,
        keys: &[String],
        skip: Option<&Skip>,
    ) -> Result<Retried, ViewsError> {
        let mut done = Err(ViewsError::LeaseLost(entry.group));
        for _ in 0..TRIES {
            let lease = self.db.seize(entry.group).await?;
            done = self.apply_under(entry, lease, keys, skip).await;
            // Where it cannot be given back, another leads by now, or will once it has ended.
            let _ = self.db.resign(entry.group, lease.fencing).await;
            if !matches!(done, Err(ViewsError::LeaseLost(_))) {
                break;
            }
        }
        if let Ok(parked) = AllParked::of_group(&self.db, entry.group).await {
            self.progress.set_parked(entry.group, &parked);
        }
        done
    }

    /// The keys to try: this one, or all.
    async fn keys_to_try(
        &self,
        entry: &'static Entry,
        key: Option<&str>,
    ) -> Result<Vec<String>, ViewsError> {
        let parked = self.parked_of(entry).await?;
        let keys = parked.keys(entry.name).map(|(known, _)| known);
        let keys: Vec<_> =
            keys.filter(|known| key.is_none_or(|key| key == *known)).map(str::to_owned).collect();
        match key {
            Some(key) if keys.is_empty() => {
                Err(ViewsError::NoSuchKey { projection: entry.name, key: key.to_owned() })
            }
            _ => Ok(keys),
        }
    }

    /// The key whose first parked event is at `position`.
    async fn key_of(&self, entry: &'static Entry, position: u64) -> Result<String, ViewsError> {
        let projection = entry.name;
        let parked = self.parked_of(entry).await?;
        if let Some((key, _)) = parked.keys(projection).find(|(_, first)| *first == position) {
            return Ok(key.to_owned());
        }
        let events = self.db.parked_events(projection).await?;
        let behind = events.iter().find(|(at, _)| at.unsigned_abs() == position);
        let first = behind.and_then(|(_, of)| parked.keys(projection).find(|(key, _)| key == of));
        Err(ViewsError::NotParked { projection, position, first: first.map(|(_, first)| first) })
    }

    async fn parked_of(&self, entry: &'static Entry) -> Result<AllParked, ViewsError> {
        let moves = self.db.record(entry.name).await?.is_some_and(|record| record.moves(entry));
        if moves {
            AllParked::of(&self.db, entry).await
        } else {
            Err(ViewsError::NotMoving(entry.name))
        }
    }

    async fn apply_under(
        &self,
        entry: &'static Entry,
        lease: Lease,
        keys: &[String],
        skip: Option<&Skip>,
    ) -> Result<Retried, ViewsError> {
        let Outcome { tables, parked, freed, retried } =
            self.fold_parked(entry, keys, skip).await?;
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
        keys: &[String],
        skip: Option<&Skip>,
    ) -> Result<Outcome, ViewsError> {
        let keys: HashSet<&String> = keys.iter().collect();
        let mut tried = self.db.parked_events(entry.name).await?;
        tried.retain(|(_, key)| keys.contains(key));
        let tried: BTreeSet<i64> = tried.into_iter().map(|(position, _)| position).collect();
        let skipped = skip.map(|skip| skip.position.cast_signed());
        let positions = tried.iter().filter(|position| Some(**position) != skipped);
        let positions: Vec<u64> = positions.map(|position| position.unsigned_abs()).collect();
        let events = self.tail.read_positions(&positions).await?;
        let mut members = [(entry.member)()];
        // What somebody has given up before stays so, where it waits behind another by now.
        *members[0].parking() = AllParked::of(&self.db, entry).await?.given_up(entry.name);
        self.fold_all(entry, &mut members, &events).await?;
        let (tables, parked) = (take(&mut members)?, take_parked(&mut members));
        let left_out = left_out(&mut members).len();
        let retried = Retried {
            applied: (events.len() - parked.len() - left_out) as u64,
            parked: parked.len() as u64,
        };
        let still: HashSet<u64> = parked.iter().map(|write| write.event.position).collect();
        let freed = tried.into_iter().filter(|position| !still.contains(&position.unsigned_abs()));
        let freed = Freed {
            projection: entry.name,
            positions: freed.collect(),
            skipped: skip.map(Skip::recorded),
        };
        Ok(Outcome { tables, parked, freed, retried })
    }

    async fn fold_all(
        &self,
        entry: &'static Entry,
        members: &mut [Box<dyn super::Member>; 1],
        events: &[Arc<Coming>],
    ) -> Result<(), ViewsError> {
        let stops = fold_page(&self.db, members, (events, 0), "").await?;
        stops.into_iter().next().map_or(Ok(()), |stop| {
            let position = stop.error_position.unsigned_abs();
            Err(ViewsError::Unfoldable { projection: entry.name, position, reason: stop.error })
        })
    }
}

impl Skip {
    fn recorded(&self) -> Skipped {
        Skipped {
            position: self.position.cast_signed(),
            by: self.by.clone(),
            reason: self.reason.clone(),
        }
    }
}
