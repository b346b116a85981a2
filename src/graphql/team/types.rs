//! Teams, as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use docket_domain::{OrganizationId, TeamId};
use docket_projections::member::TeamRow;

use crate::graphql::api::{Api, Entity};
use crate::graphql::common::ApiError;
use crate::graphql::organization::Member;

/// A group of members to which work can be given.
#[derive(Debug, Clone)]
pub struct Team {
    organization: OrganizationId,
    row: Arc<TeamRow>,
}

impl Entity for Team {
    async fn load(
        api: &Api,
        organization: OrganizationId,
        id: &str,
    ) -> Result<Option<Self>, ApiError> {
        let Ok(id) = id.parse::<TeamId>() else { return Ok(None) };
        let row = api.views.get::<TeamRow>(organization, id).await?;
        Ok(row.map(|row| Self { organization, row }))
    }
}

/// A group of members to which work can be given.
#[Object]
impl Team {
    /// Its id: `team_…`.
    pub(crate) async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Its name, unique in the organization.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Who belongs to it, in the order in which they became members.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<Member>> {
        Ok(Member::by_ids(ctx, self.organization, &self.row.members).await?)
    }

    /// The number of the organization's last event about the team: what `expectedVersion` compares with.
    async fn version(&self) -> u64 {
        self.row.version
    }
}
