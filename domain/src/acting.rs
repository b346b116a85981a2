//! Who acts, and with what authority.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::organization::{Permission, RoleName};
use crate::{ApiKeyId, IdError, MemberId, OrganizationId, TeamId, UserId};

/// Whoever caused an event: a person, a service account, or Docket itself.
///
/// The text form is the person's or the key's id, or `docket`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// A service account, named by its API key.
    Service(ApiKeyId),
    /// Docket itself: timers, policies.
    Docket,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Service(id) => id.fmt(f),
            Self::Docket => f.write_str("docket"),
        }
    }
}

impl FromStr for Actor {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == "docket" {
            return Ok(Self::Docket);
        }
        text.parse().map(Self::User).or_else(|_| text.parse().map(Self::Service))
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// An actor inside an organization, with the authority that the organization gave at `authorized_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The organization in which it acts.
    pub organization: OrganizationId,
    /// Who acts.
    pub actor: Actor,
    /// The acting person's membership; `None` for a service account and for Docket.
    pub member: Option<MemberId>,
    /// The roles held.
    pub roles: BTreeSet<RoleName>,
    /// The teams that the member belongs to.
    pub teams: BTreeSet<TeamId>,
    /// What those roles, or the key's scopes, permit.
    pub permissions: BTreeSet<Permission>,
    /// The sequence of the organization's stream at which all this was read.
    pub authorized_at: u64,
}

impl Acting {
    /// Docket itself, which needs no permission.
    pub fn docket(organization: OrganizationId) -> Self {
        Self {
            organization,
            actor: Actor::Docket,
            member: None,
            roles: BTreeSet::new(),
            teams: BTreeSet::new(),
            permissions: Permission::ALL.iter().copied().collect(),
            authorized_at: 0,
        }
    }

    /// Whether the actor holds `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// The acting person; `None` for a service account and for Docket.
    pub fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(user) => Some(user),
            Actor::Service(_) | Actor::Docket => None,
        }
    }
}
