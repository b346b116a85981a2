//! What one can ask about breaches.

use async_graphql::{Context, Object, Result};
use docket_projections::breach::columns;
use docket_projections::query::{Filter, Order};

use super::SlaBreach;
use crate::graphql::api::Api;
use crate::graphql::authorization::authorize_at;
use crate::graphql::common::filter::{
    DateTimeFilter, IdFilter, StringFilter, list_filter, list_order,
};
use crate::graphql::common::{ApiError, Connection, Position, page};

list_filter! {
    /// Which breaches a list shows: those for which everything given here holds.
    SlaBreachFilter {
        /// What was late: `task` or `approval`.
        subject_type: StringFilter => columns::SUBJECT_TYPE,
        /// The run whose step raised it.
        run_id: IdFilter => columns::RUN_ID,
        /// The key of the step that raised it.
        step_key: StringFilter => columns::STEP_KEY,
        /// When it was due.
        due_at: DateTimeFilter => columns::DUE_AT,
        /// When the breach was recorded.
        breached_at: DateTimeFilter => columns::BREACHED_AT,
        /// When the work ended after all.
        resolved_at: DateTimeFilter => columns::RESOLVED_AT,
    }
}

list_order! {
    /// The order of a list of breaches.
    SlaBreachOrder,
    /// What breaches can be ordered by.
    SlaBreachOrderField {
        /// When the breach was recorded.
        BreachedAt => columns::BREACHED_AT,
        /// When it was due.
        DueAt => columns::DUE_AT,
    }
}

/// What one can ask about breaches.
#[derive(Default)]
pub struct BreachQuery;

#[Object]
impl BreachQuery {
    /// The work that was open beyond its due date, the latest breach first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn sla_breaches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which breaches.")] filter: Option<SlaBreachFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<SlaBreachOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<SlaBreach>> {
        let by = authorize_at(ctx, ("sla_breaches", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or(Order::descending(columns::BREACHED_AT), Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        let views = &ctx.data_unchecked::<Api>().views;
        let rows = views.breaches(by.organization, filter, order, &page).await;
        Ok(Connection::new(rows.map_err(ApiError::from)?, |row| {
            SlaBreach::new(by.organization, row)
        }))
    }
}
