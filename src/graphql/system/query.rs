//! How the log and its projections are doing.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use docket_projections as projections;

use crate::graphql::api::Api;
use crate::graphql::authorization::authorize;
use crate::graphql::common::{ApiError, Position};

/// How a projection is doing.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "projections::ProjectionState")]
pub enum ProjectionState {
    /// It keeps up with the log.
    Live,
    /// It is slow, and catches up.
    CatchingUp,
    /// It moves, but for what depends on events that it cannot apply.
    Parked,
    /// It is being built anew beside the one that answers.
    Rebuilding,
    /// It waits to be built anew: its rows were made by another version.
    Outdated,
    /// It does not move; `error` says why.
    Stopped,
}

/// How one projection is doing.
#[derive(SimpleObject, Debug, Clone)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: String,
    /// The version of its fold.
    pub version: u32,
    /// The position that it has applied.
    pub position: Position,
    /// How many events it is behind the log.
    pub lag: u64,
    /// How long ago the first event was recorded that it has not applied, in seconds; 0 where there is none.
    pub lag_seconds: f64,
    /// How it is doing.
    pub state: ProjectionState,
    /// How many events it cannot apply: one for each parked key.
    pub parked_keys: u64,
    /// How many events are parked, those included that wait behind others of their key.
    pub parked_events: u64,
    /// Why it stopped, or why an event cannot be applied; null where all is well.
    pub error: Option<String>,
}

impl From<projections::ProjectionStatus> for ProjectionStatus {
    fn from(status: projections::ProjectionStatus) -> Self {
        Self {
            name: status.name.to_owned(),
            version: status.version,
            position: Position(status.position),
            lag: status.lag,
            lag_seconds: status.lag_s,
            parked_keys: status.parked_keys,
            parked_events: status.parked_events,
            state: status.state.into(),
            error: status.error,
        }
    }
}

/// How the log and its projections are doing.
#[derive(SimpleObject, Debug, Clone)]
pub struct System {
    /// The position of the log's last event.
    pub head: Position,
    /// Every projection.
    pub projections: Vec<ProjectionStatus>,
}

/// How Docket itself is doing.
#[derive(Default)]
pub struct SystemQuery;

#[Object]
impl SystemQuery {
    /// How the log and its projections are doing.
    async fn system(&self, ctx: &Context<'_>) -> Result<System> {
        authorize(ctx, "Query").await?;
        let api = ctx.data_unchecked::<Api>();
        let head = api.bus.log().store().head().await.map_err(ApiError::from)?.position;
        let now = api.bus.clock().now();
        let projections = api.projections.status(head, now).await.map_err(ApiError::from)?;
        let projections = projections.into_iter().map(Into::into).collect();
        Ok(System { head: Position(head), projections })
    }
}
