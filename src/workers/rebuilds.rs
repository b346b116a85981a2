//! Rebuilding projections whose rows were made by another version of their fold, beside what they show.

use std::time::Duration;

use docket_projections::{Projections, ViewsError};
use tokio_util::sync::CancellationToken;

/// After how long it is tried again: another node may be at it, or a database away.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// How often it is looked for what the rebuild or the comparison of a process left behind that has ended.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Rebuilds what is outdated when the server starts; later on, a node of another version may have its turn. Takes away
/// what a process left behind that has ended, as long as the server runs: until then a projection is told to be rebuilding
/// that nobody rebuilds.
pub async fn rebuild_outdated(projections: Projections, stop: CancellationToken) {
    let mut done = false;
    while !stop.is_cancelled() {
        let looked = if done {
            clear_abandoned(&projections).await
        } else {
            rebuild_all(&projections, &stop).await.map(|all| done = all)
        };
        if let Err(error) = looked {
            tracing::error!(%error, "the projections cannot be looked at");
        }
        let () = tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(if done { LOOK_EVERY } else { TRY_AGAIN }) => {}
        };
    }
}

async fn clear_abandoned(projections: &Projections) -> Result<(), ViewsError> {
    for projection in projections.clear_abandoned().await? {
        tracing::warn!(projection, "a rebuild was not finished: its rows are dropped");
    }
    Ok(())
}

/// Answers whether nothing is left to do: one that cannot be rebuilt holds up no other.
async fn rebuild_all(
    projections: &Projections,
    stop: &CancellationToken,
) -> Result<bool, ViewsError> {
    clear_abandoned(projections).await?;
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
