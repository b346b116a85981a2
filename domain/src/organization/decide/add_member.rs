//! Taking a person in.

use std::collections::BTreeSet;

use super::checks::{self, Decision};
use crate::organization::{
    MAX_MEMBERS, Organization, OrganizationEvent, OrganizationRefusal, Permission, RoleName,
};
use crate::{Acting, MemberId, UserId};

/// Makes a person a member, with roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddMember {
    /// The membership's new id.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// The roles to hold; a name that nobody has held becomes a role by this.
    pub roles: BTreeSet<RoleName>,
}

/// # Errors
/// `Unknown` before the organization exists, `Forbidden` without `members:manage`, `OwnersOnly` when
/// somebody else grants `owner`, `BeyondOwn` for a role that permits more than the actor may do,
/// `AlreadyMember`, `IdInUse`, `TooManyRoles`, `TooManyMembers`.
pub(super) fn decide(state: &Organization, add: AddMember, by: &Acting) -> Decision {
    state.exists()?;
    checks::may(by, Permission::MembersManage)?;
    checks::may_grant(by, &BTreeSet::new(), &add.roles)?;
    if let Some(member) = state.member_of(add.user) {
        return Err(OrganizationRefusal::AlreadyMember { member });
    }
    if state.members.contains_key(&add.member) {
        return Err(OrganizationRefusal::IdInUse);
    }
    if state.members.len() >= MAX_MEMBERS {
        return Err(OrganizationRefusal::TooManyMembers);
    }
    Ok(vec![OrganizationEvent::MemberAdded {
        member: add.member,
        user: add.user,
        roles: add.roles,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{
        ada, added, bob, by, by_ada, by_bob, by_key, created, eve, given, member, roles, user,
    };

    fn adding(who: u128, held: &[&str]) -> OrganizationCommand {
        OrganizationCommand::AddMember(AddMember {
            member: member(who),
            user: user(who),
            roles: roles(held),
        })
    }

    #[test]
    fn an_owner_takes_a_person_in_with_roles_of_any_name() {
        given([created()])
            .when(by_ada(adding(bob, &["department_head"])))
            .then_expect_events(vec![added(bob, &["department_head"])]);
    }

    #[test]
    fn an_owner_makes_an_owner() {
        given([created()])
            .when(by_ada(adding(bob, &["owner"])))
            .then_expect_events(vec![added(bob, &["owner"])]);
    }

    #[test]
    fn an_admin_makes_an_admin_but_no_owner() {
        let org = [created(), added(bob, &["admin"])];
        given(org.clone())
            .when(by_bob(&["admin"], adding(eve, &["admin"])))
            .then_expect_events(vec![added(eve, &["admin"])]);
        given(org)
            .when(by_bob(&["admin"], adding(eve, &["owner"])))
            .then_expect_error(OrganizationRefusal::OwnersOnly);
    }

    #[test]
    fn a_member_takes_nobody_in() {
        given([created(), added(bob, &["member"])])
            .when(by_bob(&["member"], adding(eve, &[])))
            .then_expect_error(OrganizationRefusal::Forbidden {
                permission: Permission::MembersManage,
            });
    }

    #[test]
    fn a_program_grants_no_role_beyond_its_scopes() {
        given([created()])
            .when(by_key(&[Permission::MembersManage], adding(eve, &["auditor"])))
            .then_expect_error(OrganizationRefusal::BeyondOwn {
                permission: Permission::MembersRead,
            });
        given([created()])
            .when(by_key(&[Permission::MembersManage], adding(eve, &["department_head"])))
            .then_expect_events(vec![added(eve, &["department_head"])]);
    }

    #[test]
    fn nobody_belongs_to_it_twice() {
        given([created()])
            .when(by_ada(adding(ada, &[])))
            .then_expect_error(OrganizationRefusal::AlreadyMember { member: member(ada) });
    }

    #[test]
    fn a_membership_has_an_id_of_its_own() {
        let command = OrganizationCommand::AddMember(AddMember {
            member: member(ada),
            user: user(bob),
            roles: roles(&[]),
        });
        given([created()]).when(by_ada(command)).then_expect_error(OrganizationRefusal::IdInUse);
    }

    #[test]
    fn roles_are_bounded() {
        let held: Vec<String> = (0..65).map(|n| format!("r{n:02}")).collect();
        let held: Vec<&str> = held.iter().map(String::as_str).collect();
        given([created()])
            .when(by_ada(adding(bob, &held)))
            .then_expect_error(OrganizationRefusal::TooManyRoles { role: "r64".parse().unwrap() });
    }

    #[test]
    fn an_organization_that_was_never_founded_takes_nobody_in() {
        given([])
            .when(by(ada, &["owner"], adding(bob, &[])))
            .then_expect_error(OrganizationRefusal::Unknown);
    }

    #[test]
    fn members_are_bounded() {
        let first = u128::from(u32::MAX);
        let crowd = (1..MAX_MEMBERS as u128).map(|n| added(first + n, &[]));
        given(std::iter::once(created()).chain(crowd))
            .when(by_ada(adding(bob, &[])))
            .then_expect_error(OrganizationRefusal::TooManyMembers);
    }
}
