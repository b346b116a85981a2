use docket_domain::organization::RoleName;
use docket_domain::{ApiKeyId, DomainEvents, Personal, TeamId};

use super::*;
use crate::testing::{ada, folded, id, org, stream};

fn member() -> MemberId {
    id(7)
}

fn role(name: &str) -> RoleName {
    name.parse().unwrap()
}

fn created() -> OrganizationEvent {
    OrganizationEvent::OrganizationCreated {
        organization: org(),
        name: "Acme".to_owned(),
        owner: id(6),
        user: id(99),
    }
}

fn added() -> OrganizationEvent {
    OrganizationEvent::MemberAdded { member: member(), user: ada(), roles: [role("clerk")].into() }
}

fn registered() -> Vec<Event> {
    let (email, name) =
        (Personal::new(ada(), "ada@x.org".to_owned()), Personal::new(ada(), "Ada".to_owned()));
    let mut events = stream(ada(), DomainEvents::User, [UserEvent::UserRegistered { email, name }]);
    events.iter_mut().for_each(Event::without_organization);
    events
}

fn organized(events: Vec<OrganizationEvent>) -> Vec<Event> {
    stream(org(), DomainEvents::Organization, events)
}

fn check_ada(rows: &MemberTables) {
    let member = rows.members.get(Some(org()), member()).unwrap().unwrap();
    assert_eq!((member.user, member.version), (ada(), 2));
    let person = rows.people.get(None, ada()).unwrap().unwrap();
    assert_eq!(person.name.as_deref(), Some("Ada"));
    assert_eq!(person.email.as_deref(), Some("ada@x.org"));
}

#[test]
fn a_person_may_be_known_before_the_membership() {
    let events = [registered(), organized(vec![created(), added()])].concat();
    check_ada(&folded::<Members>(&events).unwrap());
}

#[test]
fn a_person_may_be_known_after_the_membership() {
    let events = [organized(vec![created(), added()]), registered()].concat();
    check_ada(&folded::<Members>(&events).unwrap());
}

#[test]
fn the_creator_is_an_owner() {
    let rows = folded::<Members>(&organized(vec![created()])).unwrap();
    let owner = rows.members.get(Some(org()), id(6)).unwrap().unwrap();
    assert_eq!(owner.roles, [role("owner")].into());
    assert_eq!(rows.organizations.get(Some(org()), org()).unwrap().unwrap().name, "Acme");
}

#[test]
fn roles_that_are_set_replace_the_others() {
    let roles = [role("head"), role("buyer")].into();
    let set = OrganizationEvent::MemberRolesSet { member: member(), roles };
    let rows = folded::<Members>(&organized(vec![created(), added(), set])).unwrap();
    let row = rows.members.get(Some(org()), member()).unwrap().unwrap();
    assert_eq!(row.roles, [role("head"), role("buyer")].into());
    assert_eq!(row.parties(), ["role:buyer".to_owned(), "role:head".to_owned()].into());
}

#[test]
fn teams_and_keys_are_kept() {
    let (team, key): (TeamId, ApiKeyId) = (id(8), id(9));
    let rows = folded::<Members>(&organized(vec![
        created(),
        OrganizationEvent::TeamCreated { team, name: "Buyers".to_owned(), members: [].into() },
        OrganizationEvent::TeamMembersSet { team, members: [member()].into() },
        OrganizationEvent::ApiKeyCreated {
            key,
            name: "import".to_owned(),
            scopes: [].into(),
            expires_at: None,
        },
        OrganizationEvent::ApiKeyRevoked { key },
    ]))
    .unwrap();
    assert_eq!(rows.teams.get(Some(org()), team).unwrap().unwrap().members, [member()].into());
    let key = rows.keys.get(Some(org()), key).unwrap().unwrap();
    assert!(key.revoked_at.is_some_and(|at| at > key.created_at));
}
