//! Making a group of members to which work can be given.

use std::collections::BTreeSet;

use super::checks::{self, Decision};
use crate::organization::{
    MAX_TEAMS, Organization, OrganizationEvent, OrganizationRefusal, Permission,
};
use crate::{Acting, MemberId, TeamId};

/// Makes a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTeam {
    /// The team's new id.
    pub team: TeamId,
    /// Its name, unique in the organization whatever the case of its letters.
    pub name: String,
    /// Who belongs to it.
    pub members: BTreeSet<MemberId>,
}

/// # Errors
/// `Unknown`, `Forbidden` without `members:manage`, `NameLength`, `TeamNameTaken`, `UnknownMember`,
/// `IdInUse`, `TooManyTeams`.
pub(super) fn decide(state: &Organization, create: CreateTeam, by: &Acting) -> Decision {
    state.exists()?;
    checks::may(by, Permission::MembersManage)?;
    let name = checks::name(&create.name)?;
    if state.teams.values().any(|team| team.name.to_lowercase() == name.to_lowercase()) {
        return Err(OrganizationRefusal::TeamNameTaken);
    }
    create.members.iter().try_for_each(|member| state.known(*member).map(|_| ()))?;
    if state.teams.contains_key(&create.team) {
        return Err(OrganizationRefusal::IdInUse);
    }
    if state.teams.len() >= MAX_TEAMS {
        return Err(OrganizationRefusal::TooManyTeams);
    }
    Ok(vec![OrganizationEvent::TeamCreated { team: create.team, name, members: create.members }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{
        added, bob, by_ada, by_bob, created, eve, given, member, team, team_created,
    };

    fn making(id: u128, name: &str, members: &[u128]) -> OrganizationCommand {
        OrganizationCommand::CreateTeam(CreateTeam {
            team: team(id),
            name: name.to_owned(),
            members: members.iter().copied().map(member).collect(),
        })
    }

    #[test]
    fn an_owner_makes_a_team_of_members() {
        given([created(), added(bob, &[])])
            .when(by_ada(making(1, " Purchasing ", &[bob])))
            .then_expect_events(vec![team_created(1, "Purchasing", &[bob])]);
    }

    #[test]
    fn a_team_has_a_name_of_its_own() {
        let org = [created(), team_created(1, "Purchasing", &[])];
        given(org.clone())
            .when(by_ada(making(2, "purchasing", &[])))
            .then_expect_error(OrganizationRefusal::TeamNameTaken);
        given(org)
            .when(by_ada(making(2, "", &[])))
            .then_expect_error(OrganizationRefusal::NameLength { chars: 0 });
    }

    #[test]
    fn a_team_has_an_id_of_its_own() {
        given([created(), team_created(1, "Purchasing", &[])])
            .when(by_ada(making(1, "Sales", &[])))
            .then_expect_error(OrganizationRefusal::IdInUse);
    }

    #[test]
    fn a_stranger_is_in_no_team() {
        given([created()])
            .when(by_ada(making(1, "Purchasing", &[eve])))
            .then_expect_error(OrganizationRefusal::UnknownMember { member: member(eve) });
    }

    #[test]
    fn a_member_makes_no_team() {
        given([created(), added(bob, &["member"])])
            .when(by_bob(&["member"], making(1, "Purchasing", &[])))
            .then_expect_error(OrganizationRefusal::Forbidden {
                permission: Permission::MembersManage,
            });
    }

    #[test]
    fn teams_are_bounded() {
        let teams = (1..=MAX_TEAMS as u128).map(|n| team_created(n, &format!("team {n}"), &[]));
        given(std::iter::once(created()).chain(teams))
            .when(by_ada(making(9_999, "One more", &[])))
            .then_expect_error(OrganizationRefusal::TooManyTeams);
    }
}
