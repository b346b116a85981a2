//! Founding an organization: whoever does becomes its first owner.

use super::checks::{self, Decision};
use crate::organization::{Organization, OrganizationEvent, OrganizationRefusal};
use crate::{Acting, MemberId, UserId};

/// Founds the organization in which the command was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOrganization {
    /// Its name; the space around it is left out.
    pub name: String,
    /// The first owner's membership.
    pub owner: MemberId,
    /// The first owner.
    pub user: UserId,
}

/// # Errors
/// `Exists` when it was founded before, `NameLength` for a blank or too long name.
pub(super) fn decide(state: &Organization, create: &CreateOrganization, by: &Acting) -> Decision {
    if state.id.is_some() {
        return Err(OrganizationRefusal::Exists);
    }
    Ok(vec![OrganizationEvent::OrganizationCreated {
        organization: by.organization,
        name: checks::name(&create.name)?,
        owner: create.owner,
        user: create.user,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{ada, by_ada, created, given, member, org, user};

    fn founding(name: &str) -> OrganizationCommand {
        OrganizationCommand::CreateOrganization(CreateOrganization {
            name: name.to_owned(),
            owner: member(ada),
            user: user(ada),
        })
    }

    #[test]
    fn whoever_founds_it_owns_it() {
        given([]).when(by_ada(founding("  Solar Ltd "))).then_expect_events(vec![
            OrganizationEvent::OrganizationCreated {
                organization: org(),
                name: "Solar Ltd".to_owned(),
                owner: member(ada),
                user: user(ada),
            },
        ]);
    }

    #[test]
    fn it_is_founded_once() {
        given([created()])
            .when(by_ada(founding("Again")))
            .then_expect_error(OrganizationRefusal::Exists);
    }

    #[test]
    fn it_needs_a_name() {
        given([])
            .when(by_ada(founding("   ")))
            .then_expect_error(OrganizationRefusal::NameLength { chars: 0 });
        given([])
            .when(by_ada(founding(&"x".repeat(201))))
            .then_expect_error(OrganizationRefusal::NameLength { chars: 201 });
    }
}
