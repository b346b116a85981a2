//! Letting a program act, within what whoever lets it may do.

use chrono::{DateTime, Utc};

use super::checks::{self, Decision};
use crate::organization::{
    MAX_API_KEYS, Organization, OrganizationEvent, OrganizationRefusal, Permission, Scopes,
};
use crate::{Acting, ApiKeyId};

/// Makes an API key. Its secret is no business of the domain: only who holds a key, and what it permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateApiKey {
    /// The key's new id.
    pub key: ApiKeyId,
    /// What the organization calls it.
    pub name: String,
    /// What it permits: at least one permission, and none that its maker does not hold.
    pub scopes: Scopes,
    /// When it ends; `None` for a key without end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// # Errors
/// `Unknown`, `Forbidden` without `keys:manage`, `NameLength`, `NoScopes`, `BeyondOwn` for a scope that the
/// actor does not hold, `ExpiresInThePast`, `IdInUse`, `TooManyKeys`.
pub(super) fn decide(
    state: &Organization,
    create: CreateApiKey,
    by: &Acting,
    at: DateTime<Utc>,
) -> Decision {
    state.exists()?;
    checks::may(by, Permission::KeysManage)?;
    let name = checks::name(&create.name)?;
    if create.scopes.is_empty() {
        return Err(OrganizationRefusal::NoScopes);
    }
    checks::holds_all(by, create.scopes.iter().copied())?;
    if create.expires_at.is_some_and(|end| end <= at) {
        return Err(OrganizationRefusal::ExpiresInThePast);
    }
    if state.keys.contains_key(&create.key) {
        return Err(OrganizationRefusal::IdInUse);
    }
    let live = state.keys.values().filter(|key| key.expires_at.is_none_or(|end| end > at));
    if live.count() >= MAX_API_KEYS {
        return Err(OrganizationRefusal::TooManyKeys);
    }
    let CreateApiKey { key, scopes, expires_at, .. } = create;
    Ok(vec![OrganizationEvent::ApiKeyCreated { key, name, scopes, expires_at }])
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{
        added, bob, by_ada, by_bob, by_key, created, given, key, key_created, now,
    };

    const READS: &[Permission] = &[Permission::RunRead];

    fn making(name: &str, scopes: &[Permission], hours: Option<i64>) -> OrganizationCommand {
        OrganizationCommand::CreateApiKey(CreateApiKey {
            key: key(7),
            name: name.to_owned(),
            scopes: scopes.iter().copied().collect(),
            expires_at: hours.map(|hours| now() + Duration::hours(hours)),
        })
    }

    #[test]
    fn an_owner_lets_a_program_act() {
        given([created()])
            .when(by_ada(making("Reports", READS, Some(1))))
            .then_expect_events(vec![key_created(7, "Reports", READS, Some(1))]);
    }

    #[test]
    fn a_program_makes_no_key_that_may_more_than_itself() {
        given([created()])
            .when(by_key(&[Permission::KeysManage], making("Child", READS, None)))
            .then_expect_error(OrganizationRefusal::BeyondOwn { permission: Permission::RunRead });
        given([created()])
            .when(by_key(
                &[Permission::KeysManage, Permission::RunRead],
                making("Child", READS, None),
            ))
            .then_expect_events(vec![key_created(7, "Child", READS, None)]);
    }

    #[test]
    fn a_manager_makes_no_key() {
        given([created(), added(bob, &["manager"])])
            .when(by_bob(&["manager"], making("Reports", READS, None)))
            .then_expect_error(OrganizationRefusal::Forbidden {
                permission: Permission::KeysManage,
            });
    }

    #[test]
    fn a_key_has_a_name_and_permits_something() {
        given([created()])
            .when(by_ada(making("", READS, None)))
            .then_expect_error(OrganizationRefusal::NameLength { chars: 0 });
        given([created()])
            .when(by_ada(making("Reports", &[], None)))
            .then_expect_error(OrganizationRefusal::NoScopes);
    }

    #[test]
    fn a_key_ends_in_the_future() {
        given([created()])
            .when(by_ada(making("Reports", READS, Some(0))))
            .then_expect_error(OrganizationRefusal::ExpiresInThePast);
    }

    #[test]
    fn a_key_has_an_id_of_its_own() {
        given([created(), key_created(7, "Reports", READS, None)])
            .when(by_ada(making("Reports", READS, None)))
            .then_expect_error(OrganizationRefusal::IdInUse);
    }

    #[test]
    fn keys_are_bounded_and_ended_ones_do_not_count() {
        let keys = |hours: Option<i64>| {
            let many = (1_000..1_000 + MAX_API_KEYS as u128)
                .map(move |n| key_created(n, "Reports", READS, hours));
            std::iter::once(created()).chain(many)
        };
        given(keys(None))
            .when(by_ada(making("Reports", READS, None)))
            .then_expect_error(OrganizationRefusal::TooManyKeys);
        given(keys(Some(-1)))
            .when(by_ada(making("Reports", READS, None)))
            .then_expect_events(vec![key_created(7, "Reports", READS, None)]);
    }
}
