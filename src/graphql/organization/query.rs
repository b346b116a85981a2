//! What one can ask about oneself and about members.

use async_graphql::{Context, InputObject, Object, Result};
use docket_domain::organization::RoleName;
use docket_projections::member::{MemberRow, columns};
use docket_projections::query::{Filter, Order};

use super::{Member, Viewer};
use crate::graphql::api::Api;
use crate::graphql::authorization::{authorize, authorize_at};
use crate::graphql::common::filter::{
    Compares, DateTimeFilter, IdFilter, StringFilter, list_order,
};
use crate::graphql::common::{ApiError, Connection, Position, page};

/// Which members a list shows: those for which everything given here holds.
#[derive(InputObject, Debug, Clone, Default)]
pub struct MemberFilter {
    /// A role that the member holds, by its whole name.
    pub role: Option<String>,
    /// The person's id (`usr_`).
    pub user_id: Option<IdFilter>,
    /// The person's full name.
    pub name: Option<StringFilter>,
    /// The person's e-mail address.
    pub email: Option<StringFilter>,
    /// When the person joined.
    pub joined_at: Option<DateTimeFilter>,
    /// All of these must hold.
    pub and: Option<Vec<MemberFilter>>,
    /// One of these must hold.
    pub or: Option<Vec<MemberFilter>>,
    /// This must not hold.
    pub not: Option<Box<MemberFilter>>,
}

impl TryFrom<MemberFilter> for Filter {
    type Error = ApiError;

    fn try_from(filter: MemberFilter) -> Result<Self, ApiError> {
        let mut all = Vec::new();
        if let Some(role) = filter.role {
            let role = role.parse::<RoleName>();
            let role = role.map_err(|error| ApiError::BadUserInput(error.to_string()))?;
            all.push(Self::role(&role));
        }
        all.extend(filter.user_id.map(|id| id.on(columns::USER_ID)));
        all.extend(filter.name.map(|name| Self::person(name.on(columns::NAME))));
        all.extend(filter.email.map(|email| Self::person(email.on(columns::EMAIL))));
        all.extend(filter.joined_at.map(|joined| joined.on(columns::JOINED_AT)));
        let list = |filters: Vec<MemberFilter>| -> Result<Vec<Self>, ApiError> {
            filters.into_iter().map(Self::try_from).collect()
        };
        all.extend(filter.and.map(list).transpose()?.map(Self::And));
        all.extend(filter.or.map(list).transpose()?.map(Self::Or));
        if let Some(not) = filter.not {
            all.push(Self::try_from(*not)?.negate());
        }
        Ok(Self::And(all))
    }
}

list_order! {
    /// The order of a list of members.
    MemberOrder,
    /// What members can be ordered by.
    MemberOrderField {
        /// When the person joined.
        JoinedAt => columns::JOINED_AT,
    }
}

/// What one can ask about oneself and about members.
#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// The caller: who they are, in which organization they act, and what it permits them.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        Ok(Viewer { by: authorize(ctx, "Query").await? })
    }

    /// The organization's members, in the order in which they joined where no other is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which members.")] filter: Option<MemberFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<MemberOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Member>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or(Order::ascending(columns::JOINED_AT), Order::from);
        let filter = filter.map_or(Ok(Filter::All), Filter::try_from)?;
        let views = &ctx.data_unchecked::<Api>().views;
        let rows = views.list::<MemberRow>(by.organization, &filter, order, &page).await;
        Ok(Connection::new(rows.map_err(ApiError::from)?, Member::new))
    }
}
