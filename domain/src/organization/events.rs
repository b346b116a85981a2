//! What happens to an organization.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use super::{Permission, RoleName};
use crate::{ApiKeyId, MemberId, OrganizationId, TeamId, UserId};

/// What an API key permits.
pub type Scopes = BTreeSet<Permission>;

/// An event of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OrganizationEvent {
    /// It exists, with its first owner.
    OrganizationCreated {
        /// Its id: that of the stream, so that the state knows whose it is.
        organization: OrganizationId,
        /// Its name.
        name: String,
        /// The first owner's membership.
        owner: MemberId,
        /// The first owner.
        user: UserId,
    },
    /// A person belongs to it.
    MemberAdded {
        /// The membership.
        member: MemberId,
        /// The person.
        user: UserId,
        /// The roles that the member holds.
        roles: BTreeSet<RoleName>,
    },
    /// A member holds these roles and no others.
    MemberRolesSet {
        /// The membership.
        member: MemberId,
        /// The roles that the member holds now.
        roles: BTreeSet<RoleName>,
    },
    /// A group of members exists.
    TeamCreated {
        /// The team.
        team: TeamId,
        /// Its name, unique in the organization.
        name: String,
        /// Who belongs to it.
        members: BTreeSet<MemberId>,
    },
    /// A team has these members and no others.
    TeamMembersSet {
        /// The team.
        team: TeamId,
        /// Who belongs to it now.
        members: BTreeSet<MemberId>,
    },
    /// A service account may act by an API key; the secret is elsewhere, as a hash.
    ApiKeyCreated {
        /// The key.
        key: ApiKeyId,
        /// What the organization calls it.
        name: String,
        /// What it permits.
        scopes: Scopes,
        /// When it ends; `None` for a key without end.
        expires_at: Option<DateTime<Utc>>,
    },
    /// An API key is good no longer.
    ApiKeyRevoked {
        /// The key.
        key: ApiKeyId,
    },
}

impl DomainEvent for OrganizationEvent {
    fn event_type(&self) -> String {
        match self {
            Self::OrganizationCreated { .. } => "OrganizationCreated",
            Self::MemberAdded { .. } => "MemberAdded",
            Self::MemberRolesSet { .. } => "MemberRolesSet",
            Self::TeamCreated { .. } => "TeamCreated",
            Self::TeamMembersSet { .. } => "TeamMembersSet",
            Self::ApiKeyCreated { .. } => "ApiKeyCreated",
            Self::ApiKeyRevoked { .. } => "ApiKeyRevoked",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
