//! Verifying: by the published key that the token names, in memory once it has been read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::claims::{Claims, DOCKET, TYPE};
use crate::identity::{AuthError, IdentityStore};

/// The longest token that is looked at, in bytes: four times what ours have.
const MAX_TOKEN_BYTES: usize = 2048;

/// The longest name of a key, in bytes.
const MAX_KID_BYTES: usize = 64;

/// The most keys in memory, those that do not exist included: one for each node and half day.
const MAX_KEYS: u64 = 1_000;

/// The most tokens in memory: whoever has called in the last minutes, on most servers.
const MAX_SEEN: u64 = 100_000;

/// Verifies access tokens.
pub(in crate::identity) struct Verifier {
    store: IdentityStore,
    /// Keys by name; `None` for a name that no key has. A key is published before its name is told to
    /// anybody, so what was found missing once stays missing.
    keys: Cache<String, Option<Arc<Known>>>,
    validation: Validation,
    /// Tokens whose signatures were good, by their hash. A signature does not turn bad, and checking one
    /// takes longer than everything else that a small query does.
    seen: Cache<[u8; 32], Seen>,
}

/// A token whose signature was good.
#[derive(Clone)]
struct Seen {
    claims: Arc<Claims>,
    /// When it ends, or its key does.
    good_until: DateTime<Utc>,
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
        Self { store, keys: Cache::new(MAX_KEYS), validation, seen: Cache::new(MAX_SEEN) }
    }

    /// What a token says, once its signature and its time are good.
    pub(in crate::identity) async fn verify(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<Claims>, AuthError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(AuthError::Unknown);
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        let seen = match self.seen.get(&hash) {
            Some(seen) => seen,
            None => self.look_at(token, hash).await?,
        };
        if seen.good_until <= now {
            return Err(AuthError::Expired);
        }
        Ok(seen.claims)
    }

    async fn look_at(&self, token: &str, hash: [u8; 32]) -> Result<Seen, AuthError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::Unknown)?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA {
            return Err(AuthError::Unknown);
        }
        let kid = header.kid.filter(|kid| kid.len() <= MAX_KID_BYTES);
        let key = self.key(kid.ok_or(AuthError::Unknown)?).await?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key.public, &self.validation);
        let claims = decoded.map_err(|_| AuthError::Unknown)?.claims;
        let good_until = claims.expires_at().min(key.valid_until);
        let seen = Seen { claims: Arc::new(claims), good_until };
        self.seen.insert(hash, seen.clone());
        Ok(seen)
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
