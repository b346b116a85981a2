//! What one can ask of the dashboard.

use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Days, Utc};
use docket_domain::OrganizationId;

use super::Dashboard;
use crate::graphql::api::Api;
use crate::graphql::authorization::authorize_at;
use crate::graphql::common::{ApiError, Position};

/// The days that a dashboard looks back where nobody says.
const USUAL_DAYS: Days = Days::new(29);

/// What one can ask of the dashboard.
#[derive(Default)]
pub struct DashboardQuery;

#[Object]
impl DashboardQuery {
    /// How the work of the organization goes. What is counted over time is counted by whole days in UTC.
    async fn dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A time on the first day; 29 days before `to` where nobody says.")]
        from: Option<DateTime<Utc>>,
        #[graphql(
            desc = "A time on the last day, at most three years after `from`; today where nobody says."
        )]
        to: Option<DateTime<Utc>>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Dashboard> {
        let by = authorize_at(ctx, ("dashboard", min_position)).await?;
        Ok(dashboard(ctx.data_unchecked::<Api>(), by.organization, from, to).await?)
    }
}

/// The dashboard of a range of days.
///
/// # Errors
/// `BAD_USER_INPUT` for a range that ends before it begins or is too long, `UNAVAILABLE`.
pub async fn dashboard(
    api: &Api,
    organization: OrganizationId,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> Result<Dashboard, ApiError> {
    let to = to.unwrap_or_else(|| api.bus.clock().now());
    let from = from.or_else(|| to.checked_sub_days(USUAL_DAYS)).unwrap_or(to);
    let dashboard = api.views.dashboard(organization, from, to).await?;
    Ok(Dashboard::new(organization, dashboard))
}
