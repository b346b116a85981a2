//! Words for the tests of the organization's rules.

#![expect(non_upper_case_globals, reason = "people's names read as in a story")]

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use uuid::Uuid;

use super::{Organization, OrganizationCommand, OrganizationEvent, Permission, RoleName};
use crate::{Acting, Actor, ApiKeyId, IdSource, Issued, MemberId, OrganizationId, TeamId, UserId};

/// Who founded the organization.
pub(super) const ada: u128 = 1;
/// A member.
pub(super) const bob: u128 = 2;
/// Mostly a stranger.
pub(super) const eve: u128 = 3;

pub(super) fn org() -> OrganizationId {
    Uuid::from_u128(0xAAAA).into()
}

pub(super) fn user(who: u128) -> UserId {
    Uuid::from_u128(who).into()
}

pub(super) fn member(who: u128) -> MemberId {
    Uuid::from_u128(who).into()
}

pub(super) fn team(n: u128) -> TeamId {
    Uuid::from_u128(n).into()
}

pub(super) fn key(n: u128) -> ApiKeyId {
    Uuid::from_u128(n).into()
}

pub(super) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

pub(super) fn roles(names: &[&str]) -> BTreeSet<RoleName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

pub(super) fn created() -> OrganizationEvent {
    OrganizationEvent::OrganizationCreated {
        organization: org(),
        name: "Solar Ltd".to_owned(),
        owner: member(ada),
        user: user(ada),
    }
}

pub(super) fn added(who: u128, held: &[&str]) -> OrganizationEvent {
    OrganizationEvent::MemberAdded { member: member(who), user: user(who), roles: roles(held) }
}

pub(super) fn roles_set(who: u128, held: &[&str]) -> OrganizationEvent {
    OrganizationEvent::MemberRolesSet { member: member(who), roles: roles(held) }
}

pub(super) fn team_created(n: u128, name: &str, members: &[u128]) -> OrganizationEvent {
    OrganizationEvent::TeamCreated {
        team: team(n),
        name: name.to_owned(),
        members: members.iter().copied().map(member).collect(),
    }
}

pub(super) fn key_created(
    n: u128,
    name: &str,
    scopes: &[Permission],
    hours: Option<i64>,
) -> OrganizationEvent {
    OrganizationEvent::ApiKeyCreated {
        key: key(n),
        name: name.to_owned(),
        scopes: scopes.iter().copied().collect(),
        expires_at: hours.map(|hours| now() + Duration::hours(hours)),
    }
}

pub(super) fn given(
    events: impl IntoIterator<Item = OrganizationEvent>,
) -> AggregateTestExecutor<Organization> {
    TestFramework::with(()).given(events.into_iter().collect())
}

fn issued(by: Acting, command: OrganizationCommand) -> Issued<OrganizationCommand> {
    Issued { command, by, at: now(), ids: IdSource::new(Uuid::nil(), now()) }
}

/// Issued by a person who holds these roles.
pub(super) fn by(
    who: u128,
    held: &[&str],
    command: OrganizationCommand,
) -> Issued<OrganizationCommand> {
    let acting = Acting {
        organization: org(),
        actor: Actor::User(user(who)),
        member: Some(member(who)),
        roles: roles(held),
        teams: BTreeSet::new(),
        permissions: Permission::of(&roles(held)),
        authorized_at: 1,
    };
    issued(acting, command)
}

pub(super) fn by_ada(command: OrganizationCommand) -> Issued<OrganizationCommand> {
    by(ada, &["owner"], command)
}

pub(super) fn by_bob(held: &[&str], command: OrganizationCommand) -> Issued<OrganizationCommand> {
    by(bob, held, command)
}

/// Issued by a program with these scopes.
pub(super) fn by_key(
    scopes: &[Permission],
    command: OrganizationCommand,
) -> Issued<OrganizationCommand> {
    let acting = Acting {
        actor: Actor::Service(key(99)),
        roles: roles(&["service"]),
        permissions: scopes.iter().copied().collect(),
        ..Acting::docket(org())
    };
    issued(acting, command)
}
