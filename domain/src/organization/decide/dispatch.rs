//! From a command to its rule.

use super::checks::Decision;
use super::{
    add_member, create_api_key, create_organization, create_team, revoke_api_key, set_member_roles,
    set_team_members,
};
use crate::Issued;
use crate::organization::{Organization, OrganizationCommand};

/// What follows from a command on this state.
pub(in crate::organization) fn decide(
    state: &Organization,
    issued: Issued<OrganizationCommand>,
) -> Decision {
    let Issued { command, by, at, .. } = issued;
    match command {
        OrganizationCommand::CreateOrganization(c) => create_organization::decide(state, &c, &by),
        OrganizationCommand::AddMember(c) => add_member::decide(state, c, &by),
        OrganizationCommand::SetMemberRoles(c) => set_member_roles::decide(state, c, &by),
        OrganizationCommand::CreateTeam(c) => create_team::decide(state, c, &by),
        OrganizationCommand::SetTeamMembers(c) => set_team_members::decide(state, c, &by),
        OrganizationCommand::CreateApiKey(c) => create_api_key::decide(state, c, &by, at),
        OrganizationCommand::RevokeApiKey(c) => revoke_api_key::decide(state, &c, &by),
    }
}
