//! How far the read models are.

use std::time::Duration;

use tokio::sync::watch;

use super::ReadModels;
use crate::error::ViewsError;
use crate::registry::{Entry, PROJECTIONS};
use crate::store::Record;
use crate::table::Row;
use crate::text::text_enum;

text_enum! {
    /// What a projection is doing.
    ProjectionState {
        /// It shows everything, or nearly.
        Live = "live",
        /// It is some way behind the log, and moves.
        CatchingUp = "catching_up",
        /// It is being built again beside what it shows.
        Rebuilding = "rebuilding",
        /// It does not move: an event cannot be folded, or its rows were made by another version.
        Stopped = "stopped",
    }
}

/// How far behind a projection that counts as live may be, in events: what may be folded and on its
/// way into the database.
const LIVE_WITHIN: u64 = 10_000;

/// How a projection is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: &'static str,
    /// The version of its fold.
    pub version: u32,
    /// The position up to which the database has everything; the node that leads may show more.
    pub position: u64,
    /// How many events it is behind the head of the log.
    pub lag: u64,
    /// What it is doing.
    pub state: ProjectionState,
    /// Why it stopped, and at which position; `None` while it moves.
    pub error: Option<String>,
}

impl ReadModels {
    /// How every projection is doing, with the log at `head`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn status(&self, head: u64) -> Result<Vec<ProjectionStatus>, ViewsError> {
        let records = self.views.db.records().await?;
        let known = |entry: &&'static Entry| {
            let record = records.iter().find(|record| record.name == entry.name)?;
            Some(status(entry, record, head))
        };
        Ok(PROJECTIONS.iter().filter_map(|entry| known(&entry)).collect())
    }

    /// The position that a group, or the group of a projection, has reached in the database, as it moves.
    ///
    /// # Errors
    /// `UnknownProjection`.
    pub fn applied(&self, name: &str) -> Result<watch::Receiver<u64>, ViewsError> {
        let group = Entry::named(name).map_or(name, |entry| entry.group);
        self.views.progress.applied(group)
    }

    /// Waits until a group, or a projection, has reached `position`, at most `within`; answers whether it
    /// has. Of a group, every projection must have.
    pub async fn wait_until(&self, name: &str, position: u64, within: Duration) -> bool {
        let mut waited = false;
        for entry in PROJECTIONS.iter().filter(|e| e.name == name || e.group == name) {
            // All projections of a group move together: only the first wait takes time.
            if self.views.progress.wait(entry, position, within).await.is_err() {
                return false;
            }
            waited = true;
        }
        waited
    }

    /// Waits until the projection that keeps the rows `R` has reached `position`.
    ///
    /// # Errors
    /// `Behind` when it has not, `within` that time.
    pub async fn wait_for<R: Row>(
        &self,
        position: u64,
        within: Duration,
    ) -> Result<(), ViewsError> {
        let entry = Entry::named(R::PROJECTION)
            .ok_or_else(|| ViewsError::UnknownProjection(R::PROJECTION.to_owned()))?;
        self.views.progress.wait(entry, position, within).await
    }
}

fn status(entry: &'static Entry, record: &Record, head: u64) -> ProjectionStatus {
    let position = match record.stopped_at {
        None if !record.moves(entry) => 0,
        stopped_at => stopped_at.unwrap_or(record.position).unsigned_abs(),
    };
    let lag = head.saturating_sub(position);
    let state = match record.rebuilt_to {
        Some(_) => ProjectionState::Rebuilding,
        None if !record.moves(entry) => ProjectionState::Stopped,
        None if lag > LIVE_WITHIN => ProjectionState::CatchingUp,
        None => ProjectionState::Live,
    };
    ProjectionStatus {
        name: entry.name,
        version: entry.version,
        position,
        lag,
        state,
        error: error(entry, record),
    }
}

fn error(entry: &Entry, record: &Record) -> Option<String> {
    match (&record.error, record.error_position) {
        (Some(error), Some(position)) => Some(format!("at position {position}: {error}")),
        (Some(error), None) => Some(error.clone()),
        (None, _) if record.version != i64::from(entry.version) => {
            Some(format!("its rows were made by version {}; rebuild it", record.version))
        }
        (None, _) => None,
    }
}
