//! What an organization refuses.

use super::{
    MAX_API_KEYS, MAX_MEMBERS, MAX_NAME_CHARS, MAX_ROLES, MAX_TEAMS, Permission, RoleName,
};
use crate::{ApiKeyId, MemberId, TeamId};

/// Why an organization refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationRefusal {
    /// It exists already.
    #[error("the organization exists already")]
    Exists,
    /// It does not exist.
    #[error("there is no such organization")]
    Unknown,
    /// The actor lacks a permission.
    #[error("this needs the permission `{}`", permission.as_str())]
    Forbidden {
        /// What is missing.
        permission: Permission,
    },
    /// Somebody who is no owner grants or takes the role `owner`.
    #[error("only an owner grants or takes the role `owner`")]
    OwnersOnly,
    /// No owner would remain.
    #[error("at least one owner must remain: make another member an owner first")]
    LastOwner,
    /// A role or scope permits what the one who grants it may not do.
    #[error("you cannot grant `{}`, which you do not hold yourself", permission.as_str())]
    BeyondOwn {
        /// What the actor does not hold.
        permission: Permission,
    },
    /// The member or the team has changed since the caller read it.
    #[error("it is at version {current}, not {expected}: read it again and decide anew")]
    VersionConflict {
        /// The version that the caller had read.
        expected: u64,
        /// The version that it has.
        current: u64,
    },
    /// The person belongs to it already.
    #[error("this person is a member already: {member}")]
    AlreadyMember {
        /// The membership.
        member: MemberId,
    },
    /// The id is in use.
    #[error("the id is in use already")]
    IdInUse,
    /// Nobody in it has this id.
    #[error("there is no member {member}")]
    UnknownMember {
        /// The id.
        member: MemberId,
    },
    /// No team in it has this id.
    #[error("there is no team {team}")]
    UnknownTeam {
        /// The id.
        team: TeamId,
    },
    /// No API key in it has this id, or it has been revoked.
    #[error("there is no API key {key}")]
    UnknownKey {
        /// The id.
        key: ApiKeyId,
    },
    /// Another team has this name.
    #[error("there is a team of this name already")]
    TeamNameTaken,
    /// A name that is blank or too long.
    #[error("a name has 1 to {MAX_NAME_CHARS} characters, not {chars}")]
    NameLength {
        /// How many characters were given, without the space around them.
        chars: usize,
    },
    /// An API key that permits nothing.
    #[error("an API key needs at least one scope")]
    NoScopes,
    /// An API key that would have ended already.
    #[error("the key would have expired already: choose a time in the future, or none")]
    ExpiresInThePast,
    /// More roles than one member can hold.
    #[error("a member holds at most {MAX_ROLES} roles; `{role}` is one too many")]
    TooManyRoles {
        /// The first role beyond the limit.
        role: RoleName,
    },
    /// More members than an organization can have.
    #[error("an organization has at most {MAX_MEMBERS} members")]
    TooManyMembers,
    /// More teams than an organization can have.
    #[error("an organization has at most {MAX_TEAMS} teams")]
    TooManyTeams,
    /// More API keys than an organization can have at a time.
    #[error("an organization has at most {MAX_API_KEYS} API keys: revoke one first")]
    TooManyKeys,
}

impl OrganizationRefusal {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exists => "ORGANIZATION_EXISTS",
            Self::Unknown
            | Self::UnknownMember { .. }
            | Self::UnknownTeam { .. }
            | Self::UnknownKey { .. } => "NOT_FOUND",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::OwnersOnly => "OWNERS_ONLY",
            Self::LastOwner => "LAST_OWNER",
            Self::BeyondOwn { .. } => "BEYOND_OWN",
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
            Self::AlreadyMember { .. } => "ALREADY_MEMBER",
            Self::IdInUse => "ID_IN_USE",
            Self::TeamNameTaken => "NAME_TAKEN",
            Self::NameLength { .. } => "NAME_LENGTH",
            Self::NoScopes => "NO_SCOPES",
            Self::ExpiresInThePast => "EXPIRES_IN_THE_PAST",
            Self::TooManyRoles { .. }
            | Self::TooManyMembers
            | Self::TooManyTeams
            | Self::TooManyKeys => "LIMIT_REACHED",
        }
    }
}
