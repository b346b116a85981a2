//! What one can ask about workflows.

use async_graphql::{Context, ID, Object, Result};
use docket_domain::OrganizationId;
use docket_projections::query::{Filter, Order, PageRequest, Value};
use docket_projections::workflow::{WorkflowRow, columns};

use super::types::{Workflow, WorkflowStatus};
use crate::graphql::api::{Api, Entity};
use crate::graphql::authorization::authorize_at;
use crate::graphql::common::filter::{
    DateTimeFilter, StringFilter, enum_filter, list_filter, list_order,
};
use crate::graphql::common::{ApiError, Connection, Position, page};

enum_filter! {
    /// Where a workflow must stand.
    WorkflowStatusFilter(WorkflowStatus)
    |status: WorkflowStatus| Value::Text(docket_projections::workflow::WorkflowStatus::from(status).to_string())
}

list_filter! {
    /// Which workflows a list shows: those for which everything given here holds.
    WorkflowFilter {
        /// Its code.
        code: StringFilter => columns::CODE,
        /// Its name.
        name: StringFilter => columns::NAME,
        /// Its category.
        category: StringFilter => columns::CATEGORY,
        /// Where it stands.
        status: WorkflowStatusFilter => columns::STATUS,
        /// When it was created.
        created_at: DateTimeFilter => columns::CREATED_AT,
    }
}

list_order! {
    /// The order of a list of workflows.
    WorkflowOrder,
    /// What workflows can be ordered by.
    WorkflowOrderField {
        /// Its code.
        Code => columns::CODE,
        /// Its name.
        Name => columns::NAME,
        /// When it was created.
        CreatedAt => columns::CREATED_AT,
    }
}

/// What one can ask about workflows.
#[derive(Default)]
pub struct WorkflowQuery;

#[Object]
impl WorkflowQuery {
    /// The workflow of this id or this code, exactly one of the two; null where there is none for you.
    async fn workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow's id.")] id: Option<ID>,
        #[graphql(desc = "The workflow's code.")] code: Option<String>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Option<Workflow>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        match (id, code) {
            (Some(id), None) => {
                Ok(Workflow::load(ctx.data_unchecked::<Api>(), by.organization, &id).await?)
            }
            (None, Some(code)) => {
                let named = Filter::text(columns::CODE, code);
                let one = PageRequest::first(1);
                let found =
                    workflows_where(ctx, by.organization, named, Order::newest_first(), one)
                        .await?;
                Ok(found.into_nodes().next())
            }
            _ => {
                let hint = "give `id` or `code`, exactly one of the two";
                Err(ApiError::BadUserInput(hint.to_owned()).into())
            }
        }
    }

    /// The organization's workflows, newest first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn workflows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which workflows.")] filter: Option<WorkflowFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<WorkflowOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Workflow>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or_else(Order::newest_first, Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        Ok(workflows_where(ctx, by.organization, filter, order, page).await?)
    }
}

/// The organization's workflows under `filter`.
///
/// # Errors
/// `BAD_USER_INPUT` for what cannot be asked, `UNAVAILABLE`.
pub async fn workflows_where(
    ctx: &Context<'_>,
    organization: OrganizationId,
    filter: Filter,
    order: Order,
    page: PageRequest,
) -> Result<Connection<Workflow>, ApiError> {
    let api = ctx.data_unchecked::<Api>();
    let rows = api.views.list::<WorkflowRow>(organization, &filter, order, &page).await?;
    Ok(Connection::new(rows, |row| Workflow::new(organization, row)))
}
