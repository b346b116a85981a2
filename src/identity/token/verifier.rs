//! Verifying: by the published key that the token names, in memory once it has been read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use moka::sync::Cache;

use super::claims::{Claims, DOCKET, TYPE};
use crate::identity::{AuthError, IdentityStore};

/// The longest token that is looked at, in bytes: four times what ours have.
const MAX_TOKEN_BYTES: usize = 2048;

/// The longest name of a key, in bytes.
const MAX_KID_BYTES: usize = 64;

/// The most keys in memory, those that do not exist included: one for each node and half day.
const MAX_KEYS: u64 = 1_000;

/// Verifies access tokens.
pub(in crate::identity) struct Verifier {
    store: IdentityStore,
    /// Keys by name; `None` for a name that no key has. A key is published before its name is told to
    /// anybody, so what was found missing once stays missing.
    keys: Cache<String, Option<Arc<Known>>>,
    validation: Validation,
}

struct Known {
    public: DecodingKey,
    valid_until: DateTime<Utc>,
}

impl Verifier {
    pub(in crate::identity) fn new(store: IdentityStore) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[DOCKET]);
        validation.set_audience(&[DOCKET]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library asks the machine for the time; ours is the clock's.
        validation.validate_exp = false;
        Self { store, keys: Cache::new(MAX_KEYS), validation }
    }

    /// What a token says, once its signature and its time are good.
    pub(in crate::identity) async fn verify(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Claims, AuthError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(AuthError::Unknown);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::Unknown)?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA {
            return Err(AuthError::Unknown);
        }
        let kid = header.kid.filter(|kid| kid.len() <= MAX_KID_BYTES);
        let key = self.key(kid.ok_or(AuthError::Unknown)?).await?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key.public, &self.validation);
        let claims = decoded.map_err(|_| AuthError::Unknown)?.claims;
        if claims.expires_at() <= now || key.valid_until <= now {
            return Err(AuthError::Expired);
        }
        Ok(claims)
    }

    async fn key(&self, kid: String) -> Result<Arc<Known>, AuthError> {
        if let Some(known) = self.keys.get(&kid) {
            return known.ok_or(AuthError::Unknown);
        }
        let published = self.store.published_key(&kid).await.map_err(|error| {
            tracing::error!(%error, "a token-signing key could not be read");
            AuthError::Unavailable
        })?;
        let known = published.and_then(|key| {
            let public = DecodingKey::from_ed_components(&key.public_key).ok()?;
            Some(Arc::new(Known { public, valid_until: key.valid_until }))
        });
        self.keys.insert(kid, known.clone());
        known.ok_or(AuthError::Unknown)
    }
}
