//! One file for each command: its rule, its refusals, its tests.

mod add_member;
mod checks;
mod create_api_key;
mod create_organization;
mod create_team;
mod dispatch;
mod revoke_api_key;
mod set_member_roles;
mod set_team_members;

pub use add_member::AddMember;
pub use create_api_key::CreateApiKey;
pub use create_organization::CreateOrganization;
pub use create_team::CreateTeam;
pub use revoke_api_key::RevokeApiKey;
pub use set_member_roles::SetMemberRoles;
pub use set_team_members::SetTeamMembers;

pub(super) use dispatch::decide;
