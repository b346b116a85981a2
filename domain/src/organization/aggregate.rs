//! The organization's state, and what its events do to it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{
    OrganizationCommand, OrganizationEvent, OrganizationRefusal, RoleName, Scopes, decide,
};
use crate::{ApiKeyId, Issued, MemberId, OrganizationId, TeamId, UserId};

/// A person's membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The person.
    pub user: UserId,
    /// The roles held.
    pub roles: BTreeSet<RoleName>,
    /// The sequence of the organization's last event about the member.
    pub version: u64,
}

/// A group of members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its name, unique in the organization.
    pub name: String,
    /// Who belongs to it.
    pub members: BTreeSet<MemberId>,
    /// The sequence of the organization's last event about the team.
    pub version: u64,
}

/// An API key that has not been revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// What the organization calls it.
    pub name: String,
    /// What it permits.
    pub scopes: Scopes,
    /// When it ends; `None` for a key without end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// An organization: who belongs to it, and what each may do there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// The sequence of the last event, each of which is applied once.
    pub(super) sequence: u64,
    pub(super) id: Option<OrganizationId>,
    pub(super) name: String,
    pub(super) members: BTreeMap<MemberId, Membership>,
    pub(super) by_user: BTreeMap<UserId, MemberId>,
    pub(super) teams: BTreeMap<TeamId, Team>,
    pub(super) keys: BTreeMap<ApiKeyId, ApiKey>,
}

impl Aggregate for Organization {
    const TYPE: &'static str = "organization";
    type Command = Issued<OrganizationCommand>;
    type Event = OrganizationEvent;
    type Error = OrganizationRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        issued: Self::Command,
        (): &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        for event in decide::decide(self, issued)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        self.sequence += 1;
        match event {
            OrganizationEvent::OrganizationCreated { organization, name, owner, user } => {
                self.id = Some(organization);
                self.name = name;
                self.take_in(owner, user, BTreeSet::from([super::ShippedRole::Owner.name()]));
            }
            OrganizationEvent::MemberAdded { member, user, roles } => {
                self.take_in(member, user, roles);
            }
            OrganizationEvent::MemberRolesSet { member, roles } => {
                if let Some(membership) = self.members.get_mut(&member) {
                    membership.roles = roles;
                    membership.version = self.sequence;
                }
            }
            OrganizationEvent::TeamCreated { team, name, members } => {
                let version = self.sequence;
                self.teams.insert(team, Team { name, members, version });
            }
            OrganizationEvent::TeamMembersSet { team, members } => {
                if let Some(team) = self.teams.get_mut(&team) {
                    team.members = members;
                    team.version = self.sequence;
                }
            }
            OrganizationEvent::ApiKeyCreated { key, name, scopes, expires_at } => {
                self.keys.insert(key, ApiKey { name, scopes, expires_at });
            }
            OrganizationEvent::ApiKeyRevoked { key } => {
                self.keys.remove(&key);
            }
        }
    }
}

impl Organization {
    fn take_in(&mut self, member: MemberId, user: UserId, roles: BTreeSet<RoleName>) {
        self.members.insert(member, Membership { user, roles, version: self.sequence });
        self.by_user.insert(user, member);
    }
}
