//! What one can ask about approvals.

use async_graphql::{Context, ID, Object, Result};
use docket_domain::OrganizationId;
use docket_projections::approval::{ApprovalRow, columns};
use docket_projections::query::{Filter, Order, PageRequest, Value};

use super::types::{Approval, ApprovalStatus};
use crate::graphql::api::{Api, Entity};
use crate::graphql::authorization::authorize_at;
use crate::graphql::common::filter::{
    DateTimeFilter, IdFilter, StringFilter, enum_filter, list_filter, list_order,
};
use crate::graphql::common::{ApiError, Connection, Position, page};
use crate::graphql::people::parties;

enum_filter! {
    /// Where an approval must stand.
    ApprovalStatusFilter(ApprovalStatus)
    |status: ApprovalStatus| Value::Text(docket_projections::approval::ApprovalStatus::from(status).to_string())
}

list_filter! {
    /// Which approvals a list shows: those for which everything given here holds.
    ApprovalFilter {
        /// What is to be decided.
        title: StringFilter => columns::TITLE,
        /// Where it stands.
        status: ApprovalStatusFilter => columns::STATUS,
        /// Who asked for it: `usr_…`, `key_…`, or `docket`.
        requested_by: IdFilter => columns::REQUESTED_BY,
        /// The run that raised it.
        run_id: IdFilter => columns::RUN_ID,
        /// The key of the step that raised it.
        step_key: StringFilter => columns::STEP_KEY,
        /// The kind of thing that it is about.
        entity_type: StringFilter => columns::ENTITY_TYPE,
        /// The id of what it is about.
        entity_id: StringFilter => columns::ENTITY_ID,
        /// When it is due.
        due_at: DateTimeFilter => columns::DUE_AT,
        /// When it was asked for.
        requested_at: DateTimeFilter => columns::REQUESTED_AT,
        /// When it was decided.
        decided_at: DateTimeFilter => columns::DECIDED_AT,
    }
}

list_order! {
    /// The order of a list of approvals.
    ApprovalOrder,
    /// What approvals can be ordered by.
    ApprovalOrderField {
        /// When it was asked for.
        RequestedAt => columns::REQUESTED_AT,
        /// When it is due.
        DueAt => columns::DUE_AT,
        /// Its title.
        Title => columns::TITLE,
    }
}

/// What one can ask about approvals.
#[derive(Default)]
pub struct ApprovalQuery;

#[Object]
impl ApprovalQuery {
    /// The approval of this id; null where there is none for you.
    async fn approval(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The approval.")] id: ID,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Option<Approval>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        Ok(Approval::load(ctx.data_unchecked::<Api>(), by.organization, &id).await?)
    }

    /// The organization's approvals, newest first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn approvals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which approvals.")] filter: Option<ApprovalFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ApprovalOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Approval>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or_else(Order::newest_first, Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        Ok(approvals_where(ctx, by.organization, filter, order, page).await?)
    }

    /// The approvals that wait for your vote: their open level asks you, by name, by role or by team, and you
    /// have not voted on it. Those due first come first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn approval_inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which approvals.")] filter: Option<ApprovalFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<ApprovalOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Approval>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or(Order::ascending(columns::DUE_AT), Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        let views = &ctx.data_unchecked::<Api>().views;
        let Some(user) = by.user() else {
            return Ok(Connection::empty());
        };
        let voter = (user, &parties(&by));
        let inbox = views.approval_inbox(by.organization, voter, filter, order, &page).await;
        Ok(Connection::new(inbox.map_err(ApiError::from)?, |row| {
            Approval::new(by.organization, row)
        }))
    }
}

/// The organization's approvals under `filter`.
///
/// # Errors
/// `BAD_USER_INPUT` for what cannot be asked, `UNAVAILABLE`.
pub async fn approvals_where(
    ctx: &Context<'_>,
    organization: OrganizationId,
    filter: Filter,
    order: Order,
    page: PageRequest,
) -> Result<Connection<Approval>, ApiError> {
    let api = ctx.data_unchecked::<Api>();
    let rows = api.views.list::<ApprovalRow>(organization, &filter, order, &page).await?;
    Ok(Connection::new(rows, |row| Approval::new(organization, row)))
}
