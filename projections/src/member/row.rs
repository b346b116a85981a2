//! Members and what belongs to them as they are read.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_domain::organization::{RoleName, Scopes};
use docket_domain::{Actor, ApiKeyId, MemberId, OrganizationId, TeamId, UserId};
use serde::{Deserialize, Serialize};

use super::columns;
use crate::table::{Cell, Index, Row, Table};

const PROJECTION: &str = "members";

/// A person inside an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberRow {
    /// The membership.
    pub id: MemberId,
    /// The person.
    pub user: UserId,
    /// The roles that the member holds.
    pub roles: BTreeSet<RoleName>,
    /// When the person joined.
    #[serde(with = "crate::micros::at")]
    pub joined_at: DateTime<Utc>,
    /// The sequence of the organization's last event about the member.
    pub version: u64,
}

impl Row for MemberRow {
    type Id = MemberId;
    const TABLE: Table = Table::new("member", &[columns::USER_ID, columns::JOINED_AT])
        .indexed(&[Index::on("user_id")])
        .with_parties();
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> MemberId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::text(self.user), Cell::time(self.joined_at)]
    }

    fn parties(&self) -> BTreeSet<String> {
        self.roles.iter().map(Self::role_key).collect()
    }
}

impl MemberRow {
    /// The key by which those who hold a role are found.
    pub(crate) fn role_key(role: &RoleName) -> String {
        format!("role:{role}")
    }
}

/// A person, over all organizations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The person.
    pub id: UserId,
    /// The full name; `None` once it has been erased.
    pub name: Option<String>,
    /// The address; `None` once it has been erased.
    pub email: Option<String>,
    /// When the person registered.
    #[serde(with = "crate::micros::at")]
    pub registered_at: DateTime<Utc>,
    /// The sequence of the person's last event.
    pub version: u64,
}

impl Row for PersonRow {
    type Id = UserId;
    const TABLE: Table = Table::new("person", &[columns::NAME, columns::EMAIL]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> UserId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::words_or_null(self.name.as_deref()), Cell::words_or_null(self.email.as_deref())]
    }
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationRow {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// When it was created.
    #[serde(with = "crate::micros::at")]
    pub created_at: DateTime<Utc>,
    /// The sequence of its last event.
    pub version: u64,
}

impl Row for OrganizationRow {
    type Id = OrganizationId;
    const TABLE: Table = Table::new("organization", &[]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> OrganizationId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![]
    }
}

/// A group of members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TeamRow {
    /// The team.
    pub id: TeamId,
    /// Its name, unique in the organization.
    pub name: String,
    /// Who belongs to it.
    pub members: BTreeSet<MemberId>,
    /// The sequence of the organization's last event about the team.
    pub version: u64,
}

impl Row for TeamRow {
    type Id = TeamId;
    const TABLE: Table = Table::new("team", &[columns::NAME]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> TeamId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::words(&self.name)]
    }
}

/// An API key of a service account, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyRow {
    /// The key.
    pub id: ApiKeyId,
    /// What the organization calls it.
    pub name: String,
    /// What it permits.
    pub scopes: Scopes,
    /// When it ends; `None` for a key without end.
    #[serde(with = "crate::micros::maybe")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Who created it.
    pub created_by: Actor,
    /// When it was created.
    #[serde(with = "crate::micros::at")]
    pub created_at: DateTime<Utc>,
    /// When it was revoked; `None` while it is good.
    #[serde(with = "crate::micros::maybe")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// The sequence of the organization's last event about the key.
    pub version: u64,
}

impl Row for ApiKeyRow {
    type Id = ApiKeyId;
    const TABLE: Table = Table::new("api_key", &[columns::NAME]);
    const PROJECTION: &'static str = PROJECTION;

    fn id(&self) -> ApiKeyId {
        self.id
    }

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::words(&self.name)]
    }
}
