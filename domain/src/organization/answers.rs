//! What an organization's state answers about people and programs.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{ApiKey, Membership, Organization, OrganizationRefusal, Permission, RoleName};
use super::{ShippedRole, Team};
use crate::{Acting, Actor, ApiKeyId, Candidates, MemberId, OrganizationId, TeamId, UserId};

impl Organization {
    /// Its id; `None` before it is created.
    pub const fn id(&self) -> Option<OrganizationId> {
        self.id
    }

    /// Its name; empty before it is created.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A person acting in it, with the authority of that person's roles; `None` for a stranger.
    ///
    /// `authorized_at` is 0: whoever loaded the state knows its sequence.
    pub fn acting_as(&self, user: UserId) -> Option<Acting> {
        let member = self.member_of(user)?;
        let roles = self.members.get(&member)?.roles.clone();
        Some(Acting {
            organization: self.id?,
            actor: Actor::User(user),
            member: Some(member),
            teams: self.teams_of(member),
            permissions: permissions_of_member(&roles),
            roles,
            authorized_at: 0,
        })
    }

    /// A program acting in it by an API key; `None` for a key that it does not list, has revoked, or that
    /// has ended at `now`.
    pub fn acting_as_key(&self, key: ApiKeyId, now: DateTime<Utc>) -> Option<Acting> {
        let listed = self.keys.get(&key)?;
        if listed.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        Some(Acting {
            organization: self.id?,
            actor: Actor::Service(key),
            member: None,
            roles: BTreeSet::from([ShippedRole::Service.name()]),
            teams: BTreeSet::new(),
            permissions: listed.scopes.clone(),
            authorized_at: 0,
        })
    }

    /// The person's membership.
    pub fn member_of(&self, user: UserId) -> Option<MemberId> {
        self.by_user.get(&user).copied()
    }

    /// The person behind a membership.
    pub fn user_of(&self, member: MemberId) -> Option<UserId> {
        self.members.get(&member).map(|membership| membership.user)
    }

    /// A membership.
    pub fn membership(&self, member: MemberId) -> Option<&Membership> {
        self.members.get(&member)
    }

    /// Everybody who belongs to it, in the order of their ids.
    pub fn members(&self) -> impl Iterator<Item = (MemberId, &Membership)> {
        self.members.iter().map(|(id, membership)| (*id, membership))
    }

    /// A team.
    pub fn team(&self, team: TeamId) -> Option<&Team> {
        self.teams.get(&team)
    }

    /// Its teams, in the order of their ids.
    pub fn teams(&self) -> impl Iterator<Item = (TeamId, &Team)> {
        self.teams.iter().map(|(id, team)| (*id, team))
    }

    /// An API key that has not been revoked.
    pub fn api_key(&self, key: ApiKeyId) -> Option<&ApiKey> {
        self.keys.get(&key)
    }

    /// The people who hold `role`.
    pub fn holders<'a>(&'a self, role: &'a RoleName) -> impl Iterator<Item = UserId> + 'a {
        self.members.values().filter(|m| m.roles.contains(role)).map(|m| m.user)
    }

    /// Every role that somebody holds.
    pub fn held_roles(&self) -> BTreeSet<RoleName> {
        self.members.values().flat_map(|membership| membership.roles.iter().cloned()).collect()
    }

    /// The people in `team`; none where there is no such team.
    pub fn members_of(&self, team: TeamId) -> impl Iterator<Item = UserId> + '_ {
        let members = self.teams.get(&team).map(|team| team.members.iter());
        members.into_iter().flatten().filter_map(|member| self.user_of(*member))
    }

    /// The people among `candidates`, each once; those named who do not belong to it are left out.
    pub fn people(&self, candidates: &Candidates) -> BTreeSet<UserId> {
        let named = candidates.users.iter().copied().filter(|u| self.by_user.contains_key(u));
        let holders = candidates.roles.iter().flat_map(|role| self.holders(role));
        let grouped = candidates.teams.iter().flat_map(|team| self.members_of(*team));
        named.chain(holders).chain(grouped).collect()
    }

    /// How many different people are among `candidates`.
    pub fn headcount(&self, candidates: &Candidates) -> usize {
        self.people(candidates).len()
    }

    fn teams_of(&self, member: MemberId) -> BTreeSet<TeamId> {
        let belongs = self.teams.iter().filter(|(_, team)| team.members.contains(&member));
        belongs.map(|(id, _)| *id).collect()
    }

    pub(super) fn exists(&self) -> Result<(), OrganizationRefusal> {
        self.id.map(|_| ()).ok_or(OrganizationRefusal::Unknown)
    }

    pub(super) fn known(&self, member: MemberId) -> Result<&Membership, OrganizationRefusal> {
        self.members.get(&member).ok_or(OrganizationRefusal::UnknownMember { member })
    }
}

/// Every member may do the work of one, whatever roles route work to it: except somebody who holds only
/// `auditor`, who reads everything and changes nothing.
fn permissions_of_member(roles: &BTreeSet<RoleName>) -> BTreeSet<Permission> {
    let mut permissions = Permission::of(roles);
    if roles.iter().any(|role| *role != ShippedRole::Auditor.name()) || roles.is_empty() {
        permissions.extend(Permission::of([&ShippedRole::Member.name()]));
    }
    permissions
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
