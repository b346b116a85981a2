use chrono::Duration;
use cqrs_es::Aggregate;

use super::*;
use crate::organization::OrganizationEvent;
use crate::organization::testing::{
    ada, added, bob, created, eve, key, key_created, member, now, org, roles, roles_set, team,
    team_created, user,
};

fn organization(events: impl IntoIterator<Item = OrganizationEvent>) -> Organization {
    let mut state = Organization::default();
    events.into_iter().for_each(|event| state.apply(event));
    state
}

fn permissions(role: ShippedRole) -> BTreeSet<Permission> {
    Permission::of([&role.name()])
}

#[test]
fn a_member_acts_with_its_roles_and_teams() {
    let state =
        organization([created(), added(bob, &["manager"]), team_created(1, "Sales", &[bob])]);
    assert_eq!(
        state.acting_as(user(bob)),
        Some(Acting {
            organization: org(),
            actor: Actor::User(user(bob)),
            member: Some(member(bob)),
            roles: roles(&["manager"]),
            teams: BTreeSet::from([team(1)]),
            permissions: permissions(ShippedRole::Manager),
            authorized_at: 0,
        })
    );
}

#[test]
fn a_stranger_does_not_act() {
    assert_eq!(organization([created()]).acting_as(user(eve)), None);
}

#[test]
fn whoever_holds_only_roles_that_route_work_may_do_the_work_of_a_member() {
    for held in [&["department_head"][..], &[], &["auditor", "department_head"]] {
        let state = organization([created(), added(bob, held)]);
        let acting = state.acting_as(user(bob)).unwrap();
        assert!(acting.permissions.is_superset(&permissions(ShippedRole::Member)), "{held:?}");
    }
}

#[test]
fn whoever_holds_only_auditor_changes_nothing() {
    let state = organization([created(), added(bob, &["auditor"])]);
    let acting = state.acting_as(user(bob)).unwrap();
    assert_eq!(acting.permissions, permissions(ShippedRole::Auditor));
    assert!(!acting.may(Permission::TaskWork));
}

#[test]
fn a_change_of_roles_counts_at_once() {
    let state = organization([created(), added(bob, &["admin"]), roles_set(bob, &["auditor"])]);
    assert!(!state.acting_as(user(bob)).unwrap().may(Permission::MembersManage));
}

#[test]
fn a_program_acts_within_its_scopes_until_its_key_ends() {
    let state = organization([created(), key_created(7, "R", &[Permission::RunRead], Some(1))]);
    let acting = state.acting_as_key(key(7), now()).unwrap();
    assert_eq!(acting.permissions, BTreeSet::from([Permission::RunRead]));
    assert_eq!(acting.roles, roles(&["service"]));
    assert_eq!(acting.actor, Actor::Service(key(7)));
    assert_eq!(state.acting_as_key(key(7), now() + Duration::hours(1)), None);
    assert_eq!(state.acting_as_key(key(8), now()), None);
}

#[test]
fn a_revoked_key_does_not_act() {
    let revoked = OrganizationEvent::ApiKeyRevoked { key: key(7) };
    let made = key_created(7, "R", &[Permission::RunRead], None);
    assert_eq!(organization([created(), made, revoked]).acting_as_key(key(7), now()), None);
}

#[test]
fn people_are_found_both_ways() {
    let state = organization([created(), added(bob, &[])]);
    assert_eq!(state.member_of(user(bob)), Some(member(bob)));
    assert_eq!(state.user_of(member(bob)), Some(user(bob)));
    assert_eq!(state.member_of(user(eve)), None);
    assert_eq!(state.user_of(member(eve)), None);
}

#[test]
fn candidates_are_counted_once_each_and_strangers_not_at_all() {
    let state =
        organization([created(), added(bob, &["director"]), team_created(1, "Board", &[ada, bob])]);
    let candidates = Candidates {
        users: BTreeSet::from([user(bob), user(eve)]),
        roles: roles(&["director", "nobody_holds_this"]),
        teams: BTreeSet::from([team(1), team(2)]),
    };
    assert_eq!(state.people(&candidates), BTreeSet::from([user(ada), user(bob)]));
    assert_eq!(state.headcount(&candidates), 2);
    assert_eq!(state.holders(&"director".parse().unwrap()).collect::<Vec<_>>(), [user(bob)]);
    assert_eq!(state.members_of(team(1)).count(), 2);
    assert_eq!(state.held_roles(), roles(&["director", "owner"]));
}

#[test]
fn the_state_survives_storage() {
    let state = organization([
        created(),
        added(bob, &["director"]),
        team_created(1, "Board", &[ada, bob]),
        key_created(7, "R", &[Permission::RunRead], Some(1)),
    ]);
    let stored = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<Organization>(&stored).unwrap(), state);
}
