//! Changing who belongs to a team.

use std::collections::BTreeSet;

use super::checks::{self, Decision};
use crate::organization::{Organization, OrganizationEvent, OrganizationRefusal, Permission};
use crate::{Acting, MemberId, TeamId};

/// Replaces the members of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetTeamMembers {
    /// The team.
    pub team: TeamId,
    /// Who belongs to it from now on, and nobody else.
    pub members: BTreeSet<MemberId>,
    /// The version of the team that the caller has read, where it is to be the current one.
    pub expected_version: Option<u64>,
}

/// Answers no event where the team has exactly these members already.
///
/// # Errors
/// `Unknown`, `Forbidden` without `members:manage`, `UnknownTeam`, `VersionConflict`, `UnknownMember`.
pub(super) fn decide(state: &Organization, set: SetTeamMembers, by: &Acting) -> Decision {
    state.exists()?;
    checks::may(by, Permission::MembersManage)?;
    let team = state.team(set.team).ok_or(OrganizationRefusal::UnknownTeam { team: set.team })?;
    if let Some(expected) = set.expected_version.filter(|expected| *expected != team.version) {
        return Err(OrganizationRefusal::VersionConflict { expected, current: team.version });
    }
    set.members.iter().try_for_each(|member| state.known(*member).map(|_| ()))?;
    if team.members == set.members {
        return Ok(vec![]);
    }
    Ok(vec![OrganizationEvent::TeamMembersSet { team: set.team, members: set.members }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{
        ada, added, bob, by_ada, by_bob, created, eve, given, member, team, team_created,
    };

    fn setting(id: u128, members: &[u128]) -> OrganizationCommand {
        setting_at(None, id, members)
    }

    fn setting_at(expected: Option<u64>, id: u128, members: &[u128]) -> OrganizationCommand {
        OrganizationCommand::SetTeamMembers(SetTeamMembers {
            team: team(id),
            members: members.iter().copied().map(member).collect(),
            expected_version: expected,
        })
    }

    fn with_a_team() -> [OrganizationEvent; 3] {
        [created(), added(bob, &["member"]), team_created(1, "Purchasing", &[bob])]
    }

    #[test]
    fn an_owner_replaces_the_members_of_a_team() {
        given(with_a_team()).when(by_ada(setting(1, &[ada]))).then_expect_events(vec![
            OrganizationEvent::TeamMembersSet {
                team: team(1),
                members: BTreeSet::from([member(ada)]),
            },
        ]);
    }

    #[test]
    fn nothing_happens_where_nothing_changes() {
        given(with_a_team()).when(by_ada(setting(1, &[bob]))).then_expect_events(vec![]);
    }

    #[test]
    fn it_is_the_team_that_the_caller_has_read() {
        let conflict = OrganizationRefusal::VersionConflict { expected: 2, current: 3 };
        given(with_a_team()).when(by_ada(setting_at(Some(2), 1, &[]))).then_expect_error(conflict);
        given(with_a_team())
            .when(by_ada(setting_at(Some(3), 1, &[bob])))
            .then_expect_events(vec![]);
    }

    #[test]
    fn a_team_that_does_not_exist_has_no_members() {
        given(with_a_team())
            .when(by_ada(setting(2, &[])))
            .then_expect_error(OrganizationRefusal::UnknownTeam { team: team(2) });
    }

    #[test]
    fn a_stranger_is_in_no_team() {
        given(with_a_team())
            .when(by_ada(setting(1, &[eve])))
            .then_expect_error(OrganizationRefusal::UnknownMember { member: member(eve) });
    }

    #[test]
    fn a_member_changes_no_team() {
        given(with_a_team()).when(by_bob(&["member"], setting(1, &[]))).then_expect_error(
            OrganizationRefusal::Forbidden { permission: Permission::MembersManage },
        );
    }
}
