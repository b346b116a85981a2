//! How the projections are doing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::Projections;
use super::parking::Parking;
use crate::error::ViewsError;
use crate::registry::{Entry, PROJECTIONS};
use crate::store::{Db, ParkedKey, Record, SkippedEvent};
use crate::text::text_enum;

text_enum! {
    /// What a projection is doing.
    ProjectionState {
        /// It moves, and shows everything, or nearly.
        Live = "live",
        /// It moves, and is some way behind the log: slow, or just begun.
        CatchingUp = "catching_up",
        /// It moves, but for what depends on events that cannot be applied.
        Parked = "parked",
        /// It is being built again beside what it shows.
        Rebuilding = "rebuilding",
        /// It waits to be built again: its rows were made by another version of its fold.
        Outdated = "outdated",
        /// It does not move: more events cannot be applied than can be parked, or nobody runs it.
        Stopped = "stopped",
    }
}

/// How far behind a projection that counts as live may be, in events: what may be folded and on its
/// way into the database.
const LIVE_WITHIN: u64 = 10_000;

/// The same, in seconds since the first event was recorded that it has not applied: far longer than events gather
/// before they are written.
const LIVE_WITHIN_S: f64 = 5.0;

/// How a projection is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: &'static str,
    /// The version of its fold.
    pub version: u32,
    /// The position up to which the database has everything but what is parked; the node that leads may show more.
    pub position: u64,
    /// How many events it is behind the head of the log.
    pub lag: u64,
    /// How long ago the first event was recorded that it has not reached, in seconds; 0 where there is none.
    pub lag_s: f64,
    /// What it is doing.
    pub state: ProjectionState,
    /// How many events cannot be applied: one for each parked key.
    pub parked_keys: u64,
    /// How many events are parked, those included that wait behind others.
    pub parked_events: u64,
    /// What is wrong with it, and at which position: why it stopped, or else why an event cannot be applied; `None` where
    /// all is well.
    pub error: Option<String>,
}

/// An event that cannot be applied, with what waits behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedEvent {
    /// The projection.
    pub projection: String,
    /// What later events depend on it by.
    pub key: String,
    /// Its position.
    pub position: u64,
    /// Its type.
    pub event_type: String,
    /// Why it cannot be applied.
    pub error: String,
    /// Since when it has been parked.
    pub since: DateTime<Utc>,
    /// How many later events of the key wait behind it.
    pub behind: u64,
}

/// An event that somebody has given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipRecord {
    /// The projection.
    pub projection: String,
    /// What later events depend on it by.
    pub key: String,
    /// Its position.
    pub position: u64,
    /// Its type.
    pub event_type: String,
    /// Why it could not be applied.
    pub error: String,
    /// When it was given up.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Projections {
    /// How every projection is doing, with the log at `head`, at `now`.
    ///
    /// # Errors
    /// Whatever the log and the database answer.
    pub async fn status(
        &self,
        head: u64,
        now: DateTime<Utc>,
    ) -> Result<Vec<ProjectionStatus>, ViewsError> {
        let records = self.db.records().await?;
        let parked = self.db.parked_keys(&names(|_| true)).await?;
        let mut found = Vec::new();
        for entry in PROJECTIONS {
            if let Some(record) = records.iter().find(|record| record.name == entry.name) {
                let position = position(entry, record);
                let since =
                    if position < head { self.recorded_after(position).await? } else { None };
                let lag_s = since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0));
                let parked = parked.iter().filter(|key| key.projection == entry.name);
                let parked: Vec<_> = parked.collect();
                found.push(status(entry, record, (head, lag_s), &parked));
            }
        }
        Ok(found)
    }

    /// Every event that a projection cannot apply, by projection and position.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn parked(&self) -> Result<Vec<ParkedEvent>, ViewsError> {
        let parked = self.db.parked_keys(&names(|_| true)).await?;
        Ok(parked.into_iter().map(ParkedEvent::from).collect())
    }

    /// Every event that somebody has given up, by projection and position.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn skipped(&self) -> Result<Vec<SkipRecord>, ViewsError> {
        Ok(self.db.skipped_events().await?.into_iter().map(SkipRecord::from).collect())
    }

    async fn recorded_after(&self, position: u64) -> Result<Option<DateTime<Utc>>, ViewsError> {
        self.tail.recorded_after(position).await
    }
}

impl From<ParkedKey> for ParkedEvent {
    fn from(parked: ParkedKey) -> Self {
        Self {
            projection: parked.projection,
            key: parked.key,
            position: parked.position.unsigned_abs(),
            event_type: parked.event_type,
            error: parked.error,
            since: DateTime::from_timestamp_micros(parked.parked_at).unwrap_or_default(),
            behind: parked.events.unsigned_abs().saturating_sub(1),
        }
    }
}

impl From<SkippedEvent> for SkipRecord {
    fn from(skipped: SkippedEvent) -> Self {
        Self {
            projection: skipped.projection,
            key: skipped.key,
            position: skipped.position.unsigned_abs(),
            event_type: skipped.event_type,
            error: skipped.error,
            at: DateTime::from_timestamp_micros(skipped.skipped_at).unwrap_or_default(),
            by: skipped.skipped_by,
            reason: skipped.reason,
        }
    }
}

/// What is parked and given up, of some projections.
pub(crate) struct AllParked {
    keys: Vec<ParkedKey>,
    skipped: Vec<SkippedEvent>,
}

impl AllParked {
    /// Of the projections of `group`.
    pub(super) async fn of_group(db: &Db, group: &str) -> Result<Self, ViewsError> {
        Self::read(db, &names(|entry| entry.group == group)).await
    }

    /// Of one projection.
    pub(super) async fn of(db: &Db, entry: &Entry) -> Result<Self, ViewsError> {
        Self::read(db, &[entry.name]).await
    }

    async fn read(db: &Db, projections: &[&'static str]) -> Result<Self, ViewsError> {
        let keys = db.parked_keys(projections).await?;
        Ok(Self { keys, skipped: db.skipped_events().await? })
    }

    /// The keys of a projection, each with the position of its first event.
    pub(super) fn keys(&self, projection: &str) -> impl Iterator<Item = (&str, u64)> {
        let keys = self.keys.iter().filter(move |key| key.projection == projection);
        keys.map(|key| (key.key.as_str(), key.position.unsigned_abs()))
    }

    /// What of a projection's rows in use is parked.
    pub(super) fn parking(&self, projection: &str) -> Parking {
        let held = self.keys.iter().filter(|key| key.projection == projection);
        let held: u64 = held.map(|key| key.events.unsigned_abs()).sum();
        let keys: HashMap<_, _> =
            self.keys(projection).map(|(key, at)| (key.to_owned(), at)).collect();
        Parking::of(keys, usize::try_from(held).unwrap_or(usize::MAX), self.skips(projection))
    }

    /// Nothing is parked yet, but somebody has given up some of a projection's events.
    pub(super) fn given_up(&self, projection: &str) -> Parking {
        Parking::of(HashMap::new(), 0, self.skips(projection))
    }

    fn skips(&self, projection: &str) -> impl Iterator<Item = u64> {
        let skipped = self.skipped.iter().filter(move |skip| skip.projection == projection);
        skipped.map(|skip| skip.position.unsigned_abs())
    }
}

fn names(of: impl Fn(&&Entry) -> bool) -> Vec<&'static str> {
    PROJECTIONS.iter().filter(of).map(|entry| entry.name).collect()
}

fn position(entry: &Entry, record: &Record) -> u64 {
    match record.stopped_at {
        None if !record.moves(entry) => 0,
        stopped_at => stopped_at.unwrap_or(record.position).unsigned_abs(),
    }
}

fn status(
    entry: &'static Entry,
    record: &Record,
    (head, lag_s): (u64, f64),
    parked: &[&ParkedKey],
) -> ProjectionStatus {
    let position = position(entry, record);
    let lag = head.saturating_sub(position);
    let state = match record.rebuilt_to {
        // Whether or not it is being compared or built anew, nobody moves it.
        _ if record.led == 0 => ProjectionState::Stopped,
        Some(_) => ProjectionState::Rebuilding,
        None if record.stopped_at.is_some() => ProjectionState::Stopped,
        None if !record.moves(entry) => ProjectionState::Outdated,
        None if !parked.is_empty() => ProjectionState::Parked,
        None if lag > LIVE_WITHIN || lag_s > LIVE_WITHIN_S => ProjectionState::CatchingUp,
        None => ProjectionState::Live,
    };
    let events = parked.iter().map(|key| key.events.unsigned_abs()).sum();
    ProjectionStatus {
        name: entry.name,
        version: entry.version,
        position,
        lag,
        lag_s,
        state,
        parked_keys: parked.len() as u64,
        parked_events: events,
        error: error(entry, record, parked.first().copied()),
    }
}

fn error(entry: &Entry, record: &Record, parked: Option<&ParkedKey>) -> Option<String> {
    match (&record.error, record.error_position, parked) {
        (Some(error), Some(position), _) => Some(format!("at position {position}: {error}")),
        (Some(error), None, _) => Some(error.clone()),
        _ if record.version != i64::from(entry.version) => {
            Some(format!("its rows were made by version {}; rebuild it", record.version))
        }
        _ if record.led == 0 => Some("no server moves it".to_owned()),
        (None, _, Some(key)) => Some(format!("at position {}: {}", key.position, key.error)),
        (None, _, None) => None,
    }
}
