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
    /// It is behind, and catches up.
    CatchingUp,
    /// It is being built anew beside the one that answers.
    Rebuilding,
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
    /// How it is doing.
    pub state: ProjectionState,
    /// Why it stopped; null while it moves.
    pub error: Option<String>,
}

impl From<projections::ProjectionStatus> for ProjectionStatus {
    fn from(status: projections::ProjectionStatus) -> Self {
        Self {
            name: status.name.to_owned(),
            version: status.version,
            position: Position(status.position),
            lag: status.lag,
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
        let projections = api.views.status(head).await.map_err(ApiError::from)?;
        let projections = projections.into_iter().map(Into::into).collect();
        Ok(System { head: Position(head), projections })
    }
}
