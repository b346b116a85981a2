//! Checks that several commands share.

use std::collections::BTreeSet;

use crate::organization::{
    MAX_NAME_CHARS, MAX_ROLES, OrganizationEvent, OrganizationRefusal, Permission, RoleName,
    ShippedRole,
};
use crate::{Acting, Actor};

/// What comes of a command: the events, or why not.
pub(in crate::organization) type Decision = Result<Vec<OrganizationEvent>, OrganizationRefusal>;

/// The actor holds `permission`.
pub(super) fn may(by: &Acting, permission: Permission) -> Result<(), OrganizationRefusal> {
    if by.may(permission) { Ok(()) } else { Err(OrganizationRefusal::Forbidden { permission }) }
}

/// A name without the space around it, neither blank nor too long.
pub(super) fn name(text: &str) -> Result<String, OrganizationRefusal> {
    let name = text.trim();
    match name.chars().count() {
        1..=MAX_NAME_CHARS => Ok(name.to_owned()),
        chars => Err(OrganizationRefusal::NameLength { chars }),
    }
}

/// The actor may replace the roles `before` by the roles `after`.
pub(super) fn may_grant(
    by: &Acting,
    before: &BTreeSet<RoleName>,
    after: &BTreeSet<RoleName>,
) -> Result<(), OrganizationRefusal> {
    let owner = ShippedRole::Owner.name();
    let owns = by.roles.contains(&owner) || by.actor == Actor::Docket;
    if before.contains(&owner) != after.contains(&owner) && !owns {
        return Err(OrganizationRefusal::OwnersOnly);
    }
    if let Some(role) = after.iter().nth(MAX_ROLES) {
        return Err(OrganizationRefusal::TooManyRoles { role: role.clone() });
    }
    holds_all(by, Permission::of(after.difference(before)))
}

/// Nobody passes on what they do not hold themselves.
pub(super) fn holds_all(
    by: &Acting,
    permissions: impl IntoIterator<Item = Permission>,
) -> Result<(), OrganizationRefusal> {
    match permissions.into_iter().find(|permission| !by.may(*permission)) {
        Some(permission) => Err(OrganizationRefusal::BeyondOwn { permission }),
        None => Ok(()),
    }
}
