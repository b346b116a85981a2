//! Names of roles: those that ship, and those that an organization chooses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a role: 1 to 64 of `a–z`, `0–9` and `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleName(String);

/// A text that is not the name of a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a role's name: use 1 to 64 of a-z, 0-9 and _, beginning with a letter")]
pub struct RoleNameError(pub String);

impl RoleName {
    /// The longest name, in characters; it is shown in lists and held in indexes.
    pub const MAX_CHARS: usize = 64;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RoleName {
    type Error = RoleNameError;

    fn try_from(text: String) -> Result<Self, RoleNameError> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if fits { Ok(Self(text)) } else { Err(RoleNameError(text)) }
    }
}

impl FromStr for RoleName {
    type Err = RoleNameError;

    fn from_str(text: &str) -> Result<Self, RoleNameError> {
        text.to_owned().try_into()
    }
}

impl From<RoleName> for String {
    fn from(name: RoleName) -> Self {
        name.0
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role that every organization has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShippedRole {
    /// May do everything; at least one always remains.
    Owner,
    /// Runs the organization: members, roles, keys, workflows.
    Admin,
    /// Leads the work: starts and cancels runs, assigns tasks, reads history.
    Manager,
    /// Does the work that it is given.
    Member,
    /// Reads everything, changes nothing.
    Auditor,
    /// A program.
    Service,
}

impl ShippedRole {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Owner, Self::Admin, Self::Manager, Self::Member, Self::Auditor, Self::Service];

    /// The role's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Member => "member",
            Self::Auditor => "auditor",
            Self::Service => "service",
        }
    }

    /// The role of this name, where it is one that ships.
    pub fn named(name: &RoleName) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name.as_str())
    }

    /// The role's name as a role name.
    pub fn name(self) -> RoleName {
        RoleName(self.as_str().to_owned())
    }
}
