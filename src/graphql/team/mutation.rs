//! What one can do with teams.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, Object, Result};
use docket_domain::organization::{CreateTeam, Organization, OrganizationCommand, SetTeamMembers};
use docket_domain::{MemberId, TeamId};
use serde_json::json;

use super::codes::{CreateTeamErrorCode, SetTeamMembersErrorCode};
use super::input::{
    CreateTeamInput, CreateTeamPayload, SetTeamMembersInput, SetTeamMembersPayload,
};
use crate::bus::Work;
use crate::graphql::execute::Call;

/// What one can do with teams.
#[derive(Default)]
pub struct TeamMutation;

#[Object]
impl TeamMutation {
    /// Makes a team, to which work can be given as to a role.
    async fn create_team(
        &self,
        ctx: &Context<'_>,
        input: CreateTeamInput,
    ) -> Result<Option<CreateTeamPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let team: TeamId = call.request.ids().id("team", 0);
        let members = members(&input.member_ids);
        let create = CreateTeam { team, name: input.name, members };
        let work = changing(&call, team, OrganizationCommand::CreateTeam(create));
        let called = call.execute::<CreateTeamErrorCode>(work).await?;
        Ok(Some(CreateTeamPayload { team: called.entity("team").await, answer: called.answer }))
    }

    /// Replaces the members of a team. Work that is for the team is for them from then on.
    async fn set_team_members(
        &self,
        ctx: &Context<'_>,
        input: SetTeamMembersInput,
    ) -> Result<Option<SetTeamMembersPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        // What is no id is nobody's.
        let team = input.team_id.parse::<TeamId>().unwrap_or_default();
        let (members, expected_version) = (members(&input.member_ids), input.expected_version);
        let set = SetTeamMembers { team, members, expected_version };
        let work = changing(&call, team, OrganizationCommand::SetTeamMembers(set));
        let called = call.execute::<SetTeamMembersErrorCode>(work).await?;
        Ok(Some(SetTeamMembersPayload { team: called.entity("team").await, answer: called.answer }))
    }
}

/// A change of the organization that is answered with the team.
fn changing(call: &Call<'_>, team: TeamId, command: OrganizationCommand) -> Work {
    Work::new()
        .change::<Organization>(call.request.by.organization, None, command)
        .answering(json!({ "id": team.to_string() }))
}

/// The members of these ids; what is no id is nobody's.
fn members(ids: &[ID]) -> BTreeSet<MemberId> {
    ids.iter().map(|id| id.parse().unwrap_or_default()).collect()
}
