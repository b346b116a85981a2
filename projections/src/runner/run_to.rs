//! Moving all groups on to where the log ends, and no further.

use futures::future::try_join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Projections;
use crate::error::ViewsError;
use crate::registry::GROUPS;

impl Projections {
    /// Moves every group on until its rows show everything up to `position`, and answers once they are in the
    /// database. `tell` hears how far the last of them has come, and `position`.
    ///
    /// # Errors
    /// Whatever the log and the database answer.
    pub async fn run_to(
        &self,
        position: u64,
        mut tell: impl FnMut(u64, u64),
    ) -> Result<(), ViewsError> {
        let stop = CancellationToken::new();
        let running = try_join_all(GROUPS.iter().map(|group| self.run(group, stop.clone())));
        let reached = async {
            for group in GROUPS {
                let mut applied = self.progress.applied(group)?;
                reach(&mut applied, position, &mut tell).await;
            }
            stop.cancel();
            Ok(())
        };
        futures::try_join!(running, reached).map(drop)
    }
}

async fn reach(applied: &mut watch::Receiver<u64>, position: u64, tell: &mut impl FnMut(u64, u64)) {
    loop {
        let reached = *applied.borrow_and_update();
        tell(reached.min(position), position);
        if reached >= position || applied.changed().await.is_err() {
            return;
        }
    }
}
