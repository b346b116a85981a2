//! Changing what a member may do and which work reaches it.

use std::collections::BTreeSet;

use super::checks::{self, Decision};
use crate::organization::{
    Organization, OrganizationEvent, OrganizationRefusal, Permission, RoleName, ShippedRole,
};
use crate::{Acting, MemberId};

/// Replaces the roles of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMemberRoles {
    /// The membership.
    pub member: MemberId,
    /// The roles to hold from now on, and no others.
    pub roles: BTreeSet<RoleName>,
    /// The version of the member that the caller has read; `None` where that does not matter.
    pub expected_version: Option<u64>,
}

/// Answers no event where the member holds exactly these roles already.
///
/// # Errors
/// `Unknown`, `Forbidden` without `members:manage`, `UnknownMember`, `OwnersOnly` when somebody else grants
/// or takes `owner`, `LastOwner` when no owner would remain, `VersionConflict`, `BeyondOwn`, `TooManyRoles`.
pub(super) fn decide(state: &Organization, set: SetMemberRoles, by: &Acting) -> Decision {
    state.exists()?;
    checks::may(by, Permission::MembersManage)?;
    let membership = state.known(set.member)?;
    let (held, current) = (&membership.roles, membership.version);
    if let Some(expected) = set.expected_version.filter(|expected| *expected != current) {
        return Err(OrganizationRefusal::VersionConflict { expected, current });
    }
    checks::may_grant(by, held, &set.roles)?;
    if *held == set.roles {
        return Ok(vec![]);
    }
    let owner = ShippedRole::Owner.name();
    let steps_down = held.contains(&owner) && !set.roles.contains(&owner);
    if steps_down && state.holders(&owner).nth(1).is_none() {
        return Err(OrganizationRefusal::LastOwner);
    }
    Ok(vec![OrganizationEvent::MemberRolesSet { member: set.member, roles: set.roles }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{
        ada, added, bob, by_ada, by_bob, by_key, created, eve, given, member, roles, roles_set,
    };

    fn setting(who: u128, held: &[&str]) -> OrganizationCommand {
        setting_at(None, who, held)
    }

    fn setting_at(expected: Option<u64>, who: u128, held: &[&str]) -> OrganizationCommand {
        OrganizationCommand::SetMemberRoles(SetMemberRoles {
            member: member(who),
            roles: roles(held),
            expected_version: expected,
        })
    }

    #[test]
    fn an_owner_replaces_the_roles_of_a_member() {
        given([created(), added(bob, &["member"])])
            .when(by_ada(setting(bob, &["director", "manager"])))
            .then_expect_events(vec![roles_set(bob, &["director", "manager"])]);
    }

    #[test]
    fn nothing_happens_where_nothing_changes() {
        given([created(), added(bob, &["member"])])
            .when(by_ada(setting(bob, &["member"])))
            .then_expect_events(vec![]);
    }

    #[test]
    fn the_last_owner_stays() {
        given([created(), added(bob, &["admin"])])
            .when(by_ada(setting(ada, &["admin"])))
            .then_expect_error(OrganizationRefusal::LastOwner);
    }

    #[test]
    fn an_owner_steps_down_once_there_is_another() {
        given([created(), added(bob, &["owner"])])
            .when(by_ada(setting(ada, &[])))
            .then_expect_events(vec![roles_set(ada, &[])]);
    }

    #[test]
    fn an_admin_neither_grants_nor_takes_ownership() {
        let org = [created(), added(bob, &["admin"]), added(eve, &["owner"])];
        given(org.clone())
            .when(by_bob(&["admin"], setting(bob, &["owner"])))
            .then_expect_error(OrganizationRefusal::OwnersOnly);
        given(org.clone())
            .when(by_bob(&["admin"], setting(eve, &[])))
            .then_expect_error(OrganizationRefusal::OwnersOnly);
        given(org)
            .when(by_bob(&["admin"], setting(eve, &["owner", "director"])))
            .then_expect_events(vec![roles_set(eve, &["owner", "director"])]);
    }

    #[test]
    fn nobody_promotes_themselves() {
        given([created(), added(bob, &["manager"])])
            .when(by_bob(&["manager"], setting(bob, &["admin"])))
            .then_expect_error(OrganizationRefusal::Forbidden {
                permission: Permission::MembersManage,
            });
    }

    #[test]
    fn a_program_grants_no_role_beyond_its_scopes() {
        given([created(), added(bob, &["member"])])
            .when(by_key(&[Permission::MembersManage], setting(bob, &["member", "admin"])))
            .then_expect_error(OrganizationRefusal::BeyondOwn {
                permission: Permission::MembersRead,
            });
    }

    #[test]
    fn a_member_who_changed_meanwhile_is_left_alone() {
        let org = [created(), added(bob, &[]), added(eve, &[]), roles_set(bob, &["member"])];
        for (who, version) in [(ada, 1), (eve, 3), (bob, 4)] {
            given(org.clone())
                .when(by_ada(setting_at(Some(version), who, &["owner", "manager"])))
                .then_expect_events(vec![roles_set(who, &["owner", "manager"])]);
        }
        given(org)
            .when(by_ada(setting_at(Some(2), bob, &["manager"])))
            .then_expect_error(OrganizationRefusal::VersionConflict { expected: 2, current: 4 });
    }

    #[test]
    fn a_stranger_has_no_roles() {
        given([created()])
            .when(by_ada(setting(bob, &[])))
            .then_expect_error(OrganizationRefusal::UnknownMember { member: member(bob) });
    }
}
