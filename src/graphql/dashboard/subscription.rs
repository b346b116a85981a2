//! The dashboard as it changes.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Result, Subscription};
use futures::Stream;
use futures::stream::try_unfold;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::Instant;

use super::Dashboard;
use super::query::dashboard;
use crate::graphql::common::ApiError;
use crate::graphql::subscribe::{Subscriber, UNKNOWN};
use crate::live::Delivery;

/// The time between two dashboards at least; what happens in it is in the next.
const PACE: Duration = Duration::from_secs(1);

/// The dashboard as it changes.
#[derive(Default)]
pub struct DashboardSubscription;

#[Subscription]
impl DashboardSubscription {
    /// The dashboard of the last 30 days: at once, and again whenever something has happened, at most once
    /// a second.
    async fn dashboard_changed(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = Result<Dashboard>> + use<>> {
        let (subscriber, by) = Subscriber::begin(ctx).await?;
        let commits = subscriber.api.hub.join(&by.organization.to_string());
        let changes = Changes { subscriber, commits, told: None };
        Ok(try_unfold(changes, |mut changes| async move {
            let next = changes.next().await?;
            Ok(next.map(|dashboard| (dashboard, changes)))
        }))
    }
}

/// The changes of one organization's dashboard.
struct Changes {
    subscriber: Subscriber,
    commits: Receiver<Arc<Delivery>>,
    /// When the last dashboard was delivered; `None` before the first.
    told: Option<Instant>,
}

impl Changes {
    /// The next dashboard, once there is one; `None` when the server ends.
    async fn next(&mut self) -> Result<Option<Dashboard>, ApiError> {
        let mut since = 0;
        if let Some(told) = self.told {
            since = match self.commits.recv().await {
                Ok(commit) => commit.organization_sequence(),
                Err(RecvError::Lagged(_)) => UNKNOWN,
                Err(RecvError::Closed) => return Ok(None),
            };
            tokio::time::sleep_until(told + PACE).await;
        }
        loop {
            since = since.max(match self.commits.try_recv() {
                Ok(commit) => commit.organization_sequence(),
                Err(TryRecvError::Lagged(_)) => UNKNOWN,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            });
        }
        let by = self.subscriber.still(since).await?;
        let api = &self.subscriber.api;
        api.current("dashboard").await;
        self.told = Some(Instant::now());
        dashboard(api, by.organization, None, None).await.map(Some)
    }
}
