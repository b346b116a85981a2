//! Why mutations of teams are refused.

use async_graphql::Enum;

/// Why a team was not made.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CreateTeamErrorCode {
    /// There is no such member for you.
    NotFound,
    /// The name is blank or too long.
    NameLength,
    /// The organization has a team of this name already.
    NameTaken,
    /// The organization has as many teams as it can have.
    LimitReached,
}

/// Why the members of a team were not set.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum SetTeamMembersErrorCode {
    /// There is no such team or no such member for you; the message says which.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
}
