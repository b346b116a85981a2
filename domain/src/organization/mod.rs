//! The organization: members, the names of their roles, teams, and API keys.

mod aggregate;
mod answers;
mod commands;
mod decide;
mod error;
mod events;
mod limits;
mod permission;
mod role;
#[cfg(test)]
mod testing;

pub use aggregate::{ApiKey, Membership, Organization, Team};
pub use commands::OrganizationCommand;
pub use decide::{
    AddMember, CreateApiKey, CreateOrganization, CreateTeam, RevokeApiKey, SetMemberRoles,
    SetTeamMembers,
};
pub use error::OrganizationRefusal;
pub use events::{OrganizationEvent, Scopes};
pub use limits::{MAX_API_KEYS, MAX_MEMBERS, MAX_NAME_CHARS, MAX_ROLES, MAX_TEAMS};
pub use permission::Permission;
pub use role::{RoleName, RoleNameError, ShippedRole};
