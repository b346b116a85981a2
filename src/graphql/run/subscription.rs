//! Runs as they move.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use docket_domain::organization::Permission;
use docket_domain::{Acting, RunId};
use futures::Stream;

use super::Run;
use crate::graphql::api::{Api, Entity};
use crate::graphql::audit::{AuditEvent, opened};
use crate::graphql::common::ApiError;
use crate::graphql::subscribe::{Follow, Subscriber};
use crate::live::{Cursor, LiveEvent};

/// Something that happened to a run, to one of its tasks or to one of its approvals.
#[derive(SimpleObject, Debug, Clone)]
pub struct RunUpdate {
    /// Where the subscription is: give it as `after` to go on from here.
    pub cursor: String,
    /// The run, at or after the event.
    pub run: Run,
    /// What happened; null for those who may not read the audit trail (`audit:read`).
    pub event: Option<AuditEvent>,
}

/// Runs as they move.
#[derive(Default)]
pub struct RunSubscription;

#[Subscription]
impl RunSubscription {
    /// Everything that happens to a run, its tasks and its approvals, in the order of the log, without gap or
    /// duplicate. With `after`, first what was missed.
    async fn run_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run.")] id: ID,
        #[graphql(
            desc = "The cursor of the last update that was seen; from now on where nobody says."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<RunUpdate>> + use<>> {
        let (subscriber, by) = Subscriber::begin(ctx).await?;
        let after = subscriber.start(after.as_deref()).await?;
        let run = existing(&subscriber.api, &by, &id).await?;
        Ok(subscriber.updates(after, Updates { run }))
    }
}

/// The run of this id, which the log knows even where the read models do not yet.
async fn existing(api: &Api, by: &Acting, id: &ID) -> Result<RunId, ApiError> {
    let unknown = || ApiError::BadUserInput(format!("there is no run `{}` for you", id.as_str()));
    let run: RunId = id.parse().map_err(|_| unknown())?;
    let known = api.bus.read::<docket_domain::run::Run>(by.organization, run).await?;
    known.map(|_| run).ok_or_else(unknown)
}

/// What happens to one run.
struct Updates {
    run: RunId,
}

impl Follow for Updates {
    type Update = RunUpdate;

    async fn follow(
        &mut self,
        api: &Api,
        by: &Acting,
        events: &[Arc<LiveEvent>],
    ) -> Result<Vec<RunUpdate>, ApiError> {
        let mut mine = Vec::new();
        for event in events {
            if api.history.run_of(event).await? == Some(self.run) {
                mine.push(event);
            }
        }
        if mine.is_empty() {
            return Ok(Vec::new());
        }
        let run = match Run::load(api, by.organization, &self.run.to_string()).await {
            // It cannot be shown as it is now, and the end of the subscription would help nobody.
            Err(ApiError::ReadModelParked { .. }) => return Ok(Vec::new()),
            run => run?,
        };
        let run = run.ok_or_else(|| ApiError::internal("a run without its row"))?;
        let tells = by.may(Permission::AuditRead);
        let update = |event: &Arc<LiveEvent>| RunUpdate {
            cursor: Cursor::after(event.stored.position).encode(),
            run: run.clone(),
            event: tells.then(|| opened(by.organization, &event.stored, &event.recorded)),
        };
        Ok(mine.into_iter().map(update).collect())
    }
}
