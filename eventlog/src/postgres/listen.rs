//! Other nodes' appends, as PostgreSQL tells of them.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use tokio::time::timeout;

use super::link::timely;
use super::open::PostgresStore;

/// What a batch notifies, with the position that the log has reached.
const CHANNEL: &str = "docket_log";

/// After how long without a notification the connection is asked whether it is there still.
const QUIET: Duration = Duration::from_secs(10);

/// Before it listens again after the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);

impl PostgresStore {
    /// Waits for the next notification; listens again, after a pause, where the connection is lost.
    pub(super) async fn next_notification(&self) -> u64 {
        let mut listener = self.listener.lock().await;
        loop {
            match self.notified(&mut listener).await {
                Ok(Some(position)) => return position,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "notifications are lost; the log is asked instead");
                    *listener = None;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// A pool for this one connection, so that it takes none from those who read.
    fn own_pool(&self) -> PgPool {
        let options = PgConnectOptions::clone(&self.pool.connect_options());
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        pool.connect_lazy_with(options.application_name("docket listen"))
    }

    async fn notified(
        &self,
        listener: &mut Option<PgListener>,
    ) -> Result<Option<u64>, sqlx::Error> {
        let connected = if let Some(connected) = listener.take() {
            connected
        } else {
            let mut fresh = PgListener::connect_with(&self.own_pool()).await?;
            fresh.ignore_pool_close_event(true);
            fresh.listen(CHANNEL).await?;
            fresh
        };
        let connected = listener.insert(connected);
        match timeout(QUIET, connected.recv()).await {
            Ok(notification) => Ok(notification?.payload().parse().ok()),
            // Nothing happens, or nothing arrives any more: to listen again changes nothing, and is answered.
            Err(_) => timely(connected.listen(CHANNEL)).await.map(|()| None),
        }
    }
}
