//! What can be asked of an organization.

use super::{
    AddMember, CreateApiKey, CreateOrganization, CreateTeam, RevokeApiKey, SetMemberRoles,
    SetTeamMembers,
};

/// A command to an organization.
#[derive(Debug, Clone, PartialEq)]
pub enum OrganizationCommand {
    /// Founds it, with its first owner.
    CreateOrganization(CreateOrganization),
    /// Takes a person in.
    AddMember(AddMember),
    /// Replaces the roles of a member.
    SetMemberRoles(SetMemberRoles),
    /// Makes a group of members.
    CreateTeam(CreateTeam),
    /// Replaces the members of a team.
    SetTeamMembers(SetTeamMembers),
    /// Lets a program act.
    CreateApiKey(CreateApiKey),
    /// Lets a program act no longer.
    RevokeApiKey(RevokeApiKey),
}
