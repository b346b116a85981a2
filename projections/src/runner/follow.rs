//! Following a group that another node leads.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Progress;
use super::status::AllParked;
use crate::error::ViewsError;
use crate::registry::Entry;
use crate::store::{Db, Record};

/// How often the position is asked for while somebody waits for it, and while nobody does.
const ASK: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(200));
/// After how long a node that follows tries to lead.
const TRY_TO_LEAD: Duration = Duration::from_millis(500);

/// Publishes the position that the leader has reached, for a while.
pub(super) async fn follow(
    db: &Db,
    group: &'static str,
    progress: &Progress,
    stop: &CancellationToken,
) -> Result<(), ViewsError> {
    let until = Instant::now() + TRY_TO_LEAD;
    progress.set_stopped(group, stopped(group, db.records().await?));
    let mut seen = None;
    while Instant::now() < until && !stop.is_cancelled() {
        let position = db.position(group).await?;
        if seen != Some(position) {
            // Whoever hears that the rows are there has to know which of them stand still.
            progress.set_parked(group, &AllParked::of_group(db, group).await?);
            seen = Some(position);
        }
        progress.advance(group, position);
        let pause = if progress.somebody_waits() { ASK.0 } else { ASK.1 };
        // Either end of the pause is as good.
        let _ = timeout(pause, stop.cancelled()).await;
    }
    Ok(())
}

/// The projections of `group` that do not move with it, and where they are.
pub(super) fn stopped(group: &str, records: Vec<Record>) -> BTreeMap<&'static str, u64> {
    let stopped = records.into_iter().filter_map(|record| {
        let entry = Entry::named(&record.name).filter(|entry| entry.group == group)?;
        let at = record.stopped_at.unwrap_or_default().unsigned_abs();
        (!record.moves(entry)).then_some((entry.name, at))
    });
    stopped.collect()
}
