//! From a bearer token to a caller.

use std::sync::Arc;

use docket_domain::{Actor, ApiKeyId, OrganizationId};
use moka::sync::Cache;

use super::secret::{fingerprint, same};
use super::{AuthError, Caller, IdentityService};

/// What every API key's secret begins with; the key's id and `_` follow, then random text.
pub(super) const API_KEY_PREFIX: &str = "docket_";

/// The most bytes of an API key's secret that are looked at.
const MAX_API_KEY_BYTES: usize = 256;

/// API keys that were used on this node: their organization and the hash of their secret, neither of which
/// ever changes. Whether one is still good, the organization says each time.
pub(super) type KnownKeys = Cache<ApiKeyId, Arc<(OrganizationId, String)>>;

/// The most API keys in memory.
pub(super) const MAX_KNOWN_KEYS: u64 = 10_000;

impl IdentityService {
    /// Whoever `bearer` stands for: an access token of a session that goes on, or an API key that the
    /// organization lists. A token that was seen before costs no I/O.
    ///
    /// # Errors
    /// `Unknown`, `Expired`, `Ended`, `KeyEnded`, and `Unavailable` when it cannot be found out.
    pub async fn authenticate(&self, bearer: &str) -> Result<Caller, AuthError> {
        match api_key(bearer) {
            Some(key) => self.authenticate_key(key, bearer).await,
            None => self.authenticate_token(bearer).await,
        }
    }

    /// Whether a caller's token is still good; for connections that outlive the request they began with.
    /// Asks nobody but this node's memory.
    ///
    /// # Errors
    /// As [`Self::authenticate`].
    pub async fn still_good(&self, caller: &Caller) -> Result<(), AuthError> {
        match caller.session {
            Some(_) => self.goes_on(caller),
            None => self.lists(caller.organization, caller.actor).await,
        }
    }

    /// The session goes on, and so does its token.
    fn goes_on(&self, caller: &Caller) -> Result<(), AuthError> {
        if caller.session.is_some_and(|session| self.revocations.contains(session)) {
            return Err(AuthError::Ended);
        }
        if caller.expires_at.is_some_and(|end| end <= self.bus.clock().now()) {
            return Err(AuthError::Expired);
        }
        Ok(())
    }

    /// The organization lists the API key.
    async fn lists(&self, organization: OrganizationId, key: Actor) -> Result<(), AuthError> {
        let acting = self.bus.acting(organization, key).await.map_err(unavailable)?;
        acting.map(|_| ()).ok_or(AuthError::KeyEnded)
    }

    async fn authenticate_token(&self, token: &str) -> Result<Caller, AuthError> {
        let claims = self.verifier.verify(token, self.bus.clock().now()).await?;
        let caller = claims.caller();
        self.goes_on(&caller)?;
        Ok(caller)
    }

    async fn authenticate_key(&self, key: ApiKeyId, bearer: &str) -> Result<Caller, AuthError> {
        let known = self.known_key(key).await?.ok_or(AuthError::Unknown)?;
        let (organization, hash) = &*known;
        if !same(hash, &fingerprint(bearer)) {
            return Err(AuthError::Unknown);
        }
        let actor = Actor::Service(key);
        self.lists(*organization, actor).await?;
        Ok(Caller {
            actor,
            user: None,
            organization: *organization,
            member: None,
            session: None,
            expires_at: None,
        })
    }

    async fn known_key(
        &self,
        key: ApiKeyId,
    ) -> Result<Option<Arc<(OrganizationId, String)>>, AuthError> {
        if let Some(known) = self.keys.get(&key) {
            return Ok(Some(known));
        }
        let Some(stored) = self.store.api_key(key).await.map_err(unavailable)? else {
            return Ok(None);
        };
        let known = Arc::new(stored);
        self.keys.insert(key, Arc::clone(&known));
        Ok(Some(known))
    }
}

/// The key that a bearer token names, where it has the form of an API key.
fn api_key(bearer: &str) -> Option<ApiKeyId> {
    let rest = bearer.strip_prefix(API_KEY_PREFIX)?;
    let id = rest.get(..ApiKeyId::PREFIX.len() + 1 + ID_CHARS)?;
    let fits = bearer.len() <= MAX_API_KEY_BYTES && rest.get(id.len()..)?.starts_with('_');
    fits.then(|| id.parse().ok()).flatten()
}

/// Characters of an id after its prefix and `_`: 128 bits in base 32.
const ID_CHARS: usize = 26;

fn unavailable(error: impl std::fmt::Display) -> AuthError {
    tracing::error!(%error, "an API key could not be checked");
    AuthError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_names_itself() {
        let key = ApiKeyId::default();
        assert_eq!(api_key(&format!("docket_{key}_AbC-_x")), Some(key));
        for other in
            ["", "docket_", "docket_refresh_abc", "eyJ.eyJ.sig", "docket_ключ_ключ_ключ_ключ"]
        {
            assert_eq!(api_key(other), None, "{other}");
        }
        assert_eq!(api_key(&format!("docket_{key}")), None);
        assert_eq!(api_key(&format!("docket_{key}-x")), None);
        assert_eq!(api_key(&format!("docket_{key}_{}", "x".repeat(300))), None);
    }
}
