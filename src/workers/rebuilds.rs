//! Rebuilding projections whose rows were made by another version of their fold, beside what they show.

use std::time::Duration;

use docket_projections::{Projections, ViewsError};
use tokio_util::sync::CancellationToken;

/// After how long it is tried again: another node may be at it, or a database away.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Rebuilds what is outdated, and then ends. What the rebuild of a process left behind that has ended is
/// taken away first.
pub async fn rebuild_outdated(projections: Projections, stop: CancellationToken) {
    loop {
        match rebuild_all(&projections, &stop).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the projections cannot be looked at"),
        }
        let () = tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TRY_AGAIN) => {}
        };
    }
}

/// Answers whether nothing is left to do: one that cannot be rebuilt holds up no other.
async fn rebuild_all(
    projections: &Projections,
    stop: &CancellationToken,
) -> Result<bool, ViewsError> {
    for projection in projections.clear_abandoned().await? {
        tracing::warn!(projection, "a rebuild was not finished: its rows are dropped");
    }
    let mut done = true;
    for projection in projections.outdated().await? {
        tracing::info!(projection, "made by another version: it is rebuilt");
        let rebuilt = tokio::select! {
            // What it leaves behind goes at the next start.
            () = stop.cancelled() => return Ok(true),
            rebuilt = projections.rebuild(projection, |_, _| ()) => rebuilt,
        };
        match rebuilt {
            Ok(()) => tracing::info!(projection, "rebuilt"),
            Err(ViewsError::RebuildUnderWay(_)) => done = false,
            Err(error) => {
                tracing::error!(projection, %error, "a rebuild failed");
                done = false;
            }
        }
    }
    Ok(done)
}
