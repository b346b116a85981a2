//! Letting a program act no longer.

use super::checks::{self, Decision};
use crate::organization::{Organization, OrganizationEvent, OrganizationRefusal, Permission};
use crate::{Acting, ApiKeyId};

/// Ends an API key at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokeApiKey {
    /// The key.
    pub key: ApiKeyId,
}

/// # Errors
/// `Unknown`, `Forbidden` without `keys:manage`, `UnknownKey` for one that never was or was revoked before.
pub(super) fn decide(state: &Organization, revoke: &RevokeApiKey, by: &Acting) -> Decision {
    state.exists()?;
    checks::may(by, Permission::KeysManage)?;
    let key = revoke.key;
    state.api_key(key).ok_or(OrganizationRefusal::UnknownKey { key })?;
    Ok(vec![OrganizationEvent::ApiKeyRevoked { key }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationCommand;
    use crate::organization::testing::{
        added, bob, by_ada, by_bob, created, given, key, key_created,
    };

    fn revoking() -> OrganizationCommand {
        OrganizationCommand::RevokeApiKey(RevokeApiKey { key: key(7) })
    }

    fn with_a_key() -> [OrganizationEvent; 3] {
        let scopes = &[Permission::RunRead];
        [created(), added(bob, &["manager"]), key_created(7, "Reports", scopes, None)]
    }

    #[test]
    fn an_owner_ends_a_key() {
        given(with_a_key())
            .when(by_ada(revoking()))
            .then_expect_events(vec![OrganizationEvent::ApiKeyRevoked { key: key(7) }]);
    }

    #[test]
    fn a_key_ends_once() {
        let ended = OrganizationEvent::ApiKeyRevoked { key: key(7) };
        given(with_a_key().into_iter().chain([ended]))
            .when(by_ada(revoking()))
            .then_expect_error(OrganizationRefusal::UnknownKey { key: key(7) });
    }

    #[test]
    fn a_manager_ends_no_key() {
        given(with_a_key()).when(by_bob(&["manager"], revoking())).then_expect_error(
            OrganizationRefusal::Forbidden { permission: Permission::KeysManage },
        );
    }
}
