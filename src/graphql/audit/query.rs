//! What one can ask of the audit trail.

use async_graphql::{Context, Object, Result};
use docket_domain::OrganizationId;
use docket_domain::organization::Permission;
use docket_projections::audit::{AuditRow, columns};
use docket_projections::query::{Filter, Order, PageRequest};

use super::{AuditEvent, audit_events};
use crate::graphql::api::Api;
use crate::graphql::authorization::{acting, authorize_at};
use crate::graphql::common::filter::{DateTimeFilter, IdFilter, StringFilter, list_filter};
use crate::graphql::common::{ApiError, Connection, Position, page};

list_filter! {
    /// Which events the audit trail shows: those for which everything given here holds.
    AuditFilter {
        /// The id of what it happened to.
        subject_id: IdFilter => columns::SUBJECT_ID,
        /// Who caused it: `usr_…`, `key_…`, or `docket`.
        actor_id: IdFilter => columns::ACTOR,
        /// What happened, such as `TaskCompleted`.
        r#type: StringFilter => columns::EVENT_TYPE,
        /// The request that it followed from.
        correlation_id: IdFilter => columns::CORRELATION_ID,
        /// When it was recorded.
        recorded_at: DateTimeFilter => columns::RECORDED_AT,
    }
}

/// What one can ask of the audit trail.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// Everything that happened in the organization, in the order of the log.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which events.")] filter: Option<AuditFilter>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<AuditEvent>> {
        let by = authorize_at(ctx, ("audit", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let filter = filter.map_or(Filter::All, Filter::from);
        Ok(history_of(ctx, by.organization, filter, page).await?)
    }
}

/// The events about one thing, in the order of the log.
///
/// # Errors
/// `FORBIDDEN` without `audit:read`, `UNAVAILABLE`.
pub async fn history_of_subject(
    ctx: &Context<'_>,
    organization: OrganizationId,
    subject: impl std::fmt::Display,
    page: PageRequest,
) -> Result<Connection<AuditEvent>, ApiError> {
    if !acting(ctx).await?.may(Permission::AuditRead) {
        return Err(ApiError::Forbidden(Permission::AuditRead));
    }
    history_of(ctx, organization, Filter::text(columns::SUBJECT_ID, subject), page).await
}

/// The organization's events under `filter`, in the order of the log: all that were there when it was asked
/// for.
///
/// # Errors
/// `BAD_USER_INPUT` for what cannot be asked, `UNAVAILABLE`.
pub async fn history_of(
    ctx: &Context<'_>,
    organization: OrganizationId,
    filter: Filter,
    page: PageRequest,
) -> Result<Connection<AuditEvent>, ApiError> {
    let api = ctx.data_unchecked::<Api>();
    api.current("audit").await;
    let order = Order::oldest_first();
    let rows = api.views.list::<AuditRow>(organization, &filter, order, &page).await?;
    let positions: Vec<u64> = rows.nodes().map(|row| row.position.unsigned_abs()).collect();
    let mut events = audit_events(api, organization, &positions).await?.into_iter();
    Connection::try_new(rows, |_| {
        events
            .next()
            .ok_or_else(|| ApiError::internal("the audit trail names an event that is not there"))
    })
}
