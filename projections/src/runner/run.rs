//! The projections of one node.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::follow::{follow, stopped};
use super::group::Group;
use super::lead::{Pace, lead};
use super::tail::Tail;
use super::writer::Writer;
use super::{EventSource, Progress};
use crate::error::ViewsError;
use crate::registry::{CORE, GROUPS};
use crate::store::{Db, Views};

/// How long rows of the core are only in the memory of the node that leads, where writing them is quick: those
/// that several commands touch meanwhile are written once. Whoever asks for what is not in memory has them
/// written at once.
const LINGER: Duration = Duration::from_millis(50);

/// How long the other groups let events gather between one page and the next.
const GATHER: Duration = Duration::from_millis(50);

/// What a group waits for: nobody's own writes are behind the groups other than the core.
fn pace(group: &str) -> Pace {
    if group == CORE {
        Pace { fold: Duration::ZERO, write: LINGER }
    } else {
        Pace { fold: GATHER, write: Duration::ZERO }
    }
}

/// What moves the read models on. Cloning it is cheap.
#[derive(Clone)]
pub struct Projections {
    pub(super) db: Db,
    pub(super) progress: Progress,
    pub(super) tail: Tail,
}

impl Projections {
    /// Projections of what `source` reads into `views`.
    pub fn new(views: &Views, source: Arc<dyn EventSource>) -> Self {
        Self { db: views.db.clone(), progress: views.progress.clone(), tail: Tail::new(source) }
    }

    /// The groups of projections. Each has to be [`run`](Self::run).
    pub fn groups(&self) -> &'static [&'static str] {
        GROUPS
    }

    /// Moves a group on until `stop`: leads it, or follows while another node does.
    ///
    /// # Errors
    /// Whatever the log and the database answer; run it again then.
    pub async fn run(
        &self,
        group: &'static str,
        stop: CancellationToken,
    ) -> Result<(), ViewsError> {
        while !stop.is_cancelled() {
            self.progress.follows(group);
            let asked = Instant::now();
            match self.db.lead(group).await? {
                Some(lease) => {
                    self.progress.set_stopped(group, stopped(group, self.db.records().await?));
                    let parts = (self.db.clone(), self.tail.clone(), self.progress.clone());
                    let (db, progress) = (self.db.clone(), self.progress.clone());
                    let writer = Writer::new((group, lease), db, progress, asked);
                    let members =
                        Group::gather(group, lease.position.unsigned_abs(), parts).await?;
                    let signs = (self.tail.head(), self.progress.wanted(group)?);
                    match lead(members, writer, signs, pace(group), &stop).await {
                        Err(ViewsError::LeaseLost(group)) => {
                            tracing::info!(group, "another node leads");
                        }
                        ended => return ended,
                    }
                }
                None => follow(&self.db, group, &self.progress, &stop).await?,
            }
        }
        Ok(())
    }
}
