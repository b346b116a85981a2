//! Projections at work in a test.

use std::sync::Arc;
use std::time::Duration;

use docket_projections::{EventSource, Projections, ReadModels, Views};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a test waits for what has to come.
pub const SOON: Duration = Duration::from_secs(30);

/// Runs every group of projections until it is stopped.
pub struct Running {
    pub projections: Projections,
    pub models: ReadModels,
    source: Arc<dyn EventSource>,
    stop: CancellationToken,
    groups: JoinSet<()>,
}

impl Running {
    pub fn start(views: &Views, source: Arc<dyn EventSource>) -> Self {
        let projections = Projections::new(views, source.clone());
        let (stop, mut groups) = (CancellationToken::new(), JoinSet::new());
        for group in projections.groups() {
            let (projections, stop) = (projections.clone(), stop.clone());
            groups.spawn(async move { projections.run(group, stop).await.unwrap() });
        }
        Self { projections, models: ReadModels::new(views.clone()), source, stop, groups }
    }

    /// The end of the log.
    pub fn head(&self) -> u64 {
        *self.source.head().borrow()
    }

    /// Waits until every projection has reached `position`, in the database too.
    pub async fn reach(&self, position: u64) {
        for group in self.projections.groups() {
            let reached = self.models.wait_until(group, position, SOON).await;
            assert!(reached, "{group} does not reach {position}");
        }
        self.pass(position).await;
    }

    /// Waits until every group has reached `position` in the database, whatever has stopped.
    pub async fn pass(&self, position: u64) {
        for group in self.projections.groups() {
            let mut applied = self.models.applied(group).unwrap();
            let passed = applied.wait_for(|reached| *reached >= position);
            tokio::time::timeout(SOON, passed).await.expect(group).unwrap();
        }
    }

    /// Ends as by a crash: nothing more is written, and the lease is kept.
    pub async fn die(mut self) -> ReadModels {
        self.groups.shutdown().await;
        self.models
    }

    pub async fn stop(mut self) -> ReadModels {
        self.stop.cancel();
        while let Some(ended) = self.groups.join_next().await {
            ended.unwrap();
        }
        self.models
    }
}
