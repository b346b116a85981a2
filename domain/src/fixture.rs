//! People and times for the tests of every slice.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::organization::{Permission, RoleName, ShippedRole};
use crate::{Acting, Actor, ApiKeyId, IdSource, OrganizationId, UserId};

/// The hour `hours` after the beginning.
pub fn at(hours: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::hours(hours)
}

/// Where the ids of every test's command come from.
pub fn ids() -> IdSource {
    IdSource::new(Uuid::from_u128(1), at(0))
}

fn acting(actor: Actor, role: ShippedRole) -> Acting {
    Acting {
        organization: OrganizationId::from_uuid(Uuid::from_u128(0x06)),
        actor,
        member: None,
        roles: [role.name()].into(),
        teams: [].into(),
        permissions: Permission::of(&[role.name()]),
        authorized_at: 7,
    }
}

fn person(bits: u128, role: ShippedRole) -> Acting {
    acting(Actor::User(UserId::from_uuid(Uuid::from_u128(bits))), role)
}

/// A member.
pub fn ada() -> Acting {
    person(0xADA, ShippedRole::Member)
}

/// Another member.
pub fn bob() -> Acting {
    person(0xB0B, ShippedRole::Member)
}

/// A manager.
pub fn manager() -> Acting {
    person(0x3A9, ShippedRole::Manager)
}

/// An auditor.
pub fn auditor() -> Acting {
    person(0xA0D, ShippedRole::Auditor)
}

/// A program with the permissions of the role that ships for programs.
pub fn service() -> Acting {
    acting(Actor::Service(ApiKeyId::from_uuid(Uuid::from_u128(0x5E))), ShippedRole::Service)
}

/// A program with one permission.
pub fn service_with(permission: Permission) -> Acting {
    Acting { permissions: [permission].into(), ..service() }
}

/// Docket itself.
pub fn docket() -> Acting {
    Acting::docket(ada().organization)
}

/// The same with a role of the organization's own besides.
pub fn with(mut acting: Acting, role: &str) -> Acting {
    acting.roles.insert(role.parse::<RoleName>().unwrap());
    acting
}

/// The same without a permission.
pub fn without(mut acting: Acting, permission: Permission) -> Acting {
    acting.permissions.remove(&permission);
    acting
}

/// The person's id.
pub fn user(acting: &Acting) -> UserId {
    acting.user().unwrap()
}
