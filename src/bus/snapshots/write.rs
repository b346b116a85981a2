//! Writing snapshots, off the way of commands.

use std::convert::Infallible;
use std::sync::Arc;

use docket_eventlog::{Codec, LogError, SnapshotStore};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::offer::Offer;

/// Writes the states that loads offer.
pub struct SnapshotWriter {
    store: Arc<dyn SnapshotStore>,
    codec: Arc<Codec>,
    /// Held by the one who writes; kept over a panic of that one.
    offered: Mutex<mpsc::Receiver<Offer>>,
}

impl SnapshotWriter {
    pub(super) fn new(
        store: Arc<dyn SnapshotStore>,
        codec: Arc<Codec>,
        offered: mpsc::Receiver<Offer>,
    ) -> Self {
        Self { store, codec, offered: Mutex::new(offered) }
    }

    /// Writes until `stop` is cancelled. What waits then is let go.
    ///
    /// # Errors
    /// None: what cannot be written is logged, counted and let go.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) -> Result<(), Infallible> {
        let mut offered = self.offered.lock().await;
        loop {
            let next = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                next = offered.recv() => next,
            };
            let Some(offer) = next else { return Ok(()) };
            let id = offer.snapshot.key.aggregate_id.clone();
            let outcome = match self.write(offer).await {
                Ok(()) => "written",
                Err(error) => {
                    tracing::warn!(%id, %error, "a snapshot was not written");
                    "failed"
                }
            };
            metrics::counter!("docket_snapshot_writes_total", "outcome" => outcome).increment(1);
        }
    }

    async fn write(&self, offer: Offer) -> Result<(), LogError> {
        let snapshot = offer.state.seal(&self.codec, offer.snapshot).await?;
        self.store.put(&snapshot).await
    }
}
