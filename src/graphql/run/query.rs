//! What one can ask about runs.

use async_graphql::{Context, ID, Object, Result};
use docket_domain::OrganizationId;
use docket_projections::query::{Filter, Order, PageRequest, Value};
use docket_projections::run::{RunRow, columns};

use super::types::{Run, RunStatus};
use crate::graphql::api::{Api, Entity};
use crate::graphql::authorization::authorize_at;
use crate::graphql::common::filter::{
    DateTimeFilter, IdFilter, IntFilter, StringFilter, enum_filter, list_filter, list_order,
};
use crate::graphql::common::{ApiError, Connection, Position, page};

enum_filter! {
    /// Where a run must stand.
    RunStatusFilter(RunStatus)
    |status: RunStatus| Value::Text(docket_projections::run::RunStatus::from(status).to_string())
}

list_filter! {
    /// Which runs a list shows: those for which everything given here holds.
    RunFilter {
        /// Where it stands.
        status: RunStatusFilter => columns::STATUS,
        /// The outcome that its end names.
        outcome: StringFilter => columns::OUTCOME,
        /// The workflow.
        workflow_id: IdFilter => columns::WORKFLOW_ID,
        /// The workflow's code.
        workflow_code: StringFilter => columns::WORKFLOW_CODE,
        /// The number of the version.
        workflow_version: IntFilter => columns::WORKFLOW_VERSION,
        /// The kind of thing that it is about.
        entity_type: StringFilter => columns::ENTITY_TYPE,
        /// The id of what it is about.
        entity_id: StringFilter => columns::ENTITY_ID,
        /// Who started it: `usr_…`, `key_…`, or `docket`.
        started_by: IdFilter => columns::STARTED_BY,
        /// When it was started.
        started_at: DateTimeFilter => columns::STARTED_AT,
        /// When it ended.
        ended_at: DateTimeFilter => columns::ENDED_AT,
    }
}

list_order! {
    /// The order of a list of runs.
    RunOrder,
    /// What runs can be ordered by.
    RunOrderField {
        /// When it was started.
        StartedAt => columns::STARTED_AT,
        /// When it ended.
        EndedAt => columns::ENDED_AT,
        /// The workflow's code.
        WorkflowCode => columns::WORKFLOW_CODE,
    }
}

/// What one can ask about runs.
#[derive(Default)]
pub struct RunQuery;

#[Object]
impl RunQuery {
    /// The run of this id; null where there is none for you.
    async fn run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run.")] id: ID,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Option<Run>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        Ok(Run::load(ctx.data_unchecked::<Api>(), by.organization, &id).await?)
    }

    /// The organization's runs, newest first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which runs.")] filter: Option<RunFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<RunOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Run>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or_else(Order::newest_first, Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        Ok(runs_where(ctx, by.organization, filter, order, page).await?)
    }
}

/// The organization's runs under `filter`.
///
/// # Errors
/// `BAD_USER_INPUT` for what cannot be asked, `UNAVAILABLE`.
pub async fn runs_where(
    ctx: &Context<'_>,
    organization: OrganizationId,
    filter: Filter,
    order: Order,
    page: PageRequest,
) -> Result<Connection<Run>, ApiError> {
    let api = ctx.data_unchecked::<Api>();
    let rows = api.views.list::<RunRow>(organization, &filter, order, &page).await?;
    Ok(Connection::new(rows, |row| Run::new(organization, row)))
}
