//! One file for each command: its rule, its refusals, its tests.

mod add_member;
mod create_api_key;
mod create_organization;
mod create_team;
mod revoke_api_key;
mod set_member_roles;
mod set_team_members;

mod checks;

pub use add_member::AddMember;
pub use create_api_key::CreateApiKey;
pub use create_organization::CreateOrganization;
pub use create_team::CreateTeam;
pub use revoke_api_key::RevokeApiKey;
pub use set_member_roles::SetMemberRoles;
pub use set_team_members::SetTeamMembers;

use super::{Organization, OrganizationCommand, OrganizationEvent, OrganizationRefusal};
use crate::Issued;

type Decision = Result<Vec<OrganizationEvent>, OrganizationRefusal>;

/// What follows from a command on this state.
pub(super) fn decide(state: &Organization, issued: Issued<OrganizationCommand>) -> Decision {
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
