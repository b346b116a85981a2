//! Signing: each node has a key of its own, in memory only, and publishes the public half.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use tokio::sync::Mutex;

use super::claims::{Claims, TOKEN_LIFETIME, TYPE};
use crate::identity::secret::random;
use crate::identity::store::PublishedKey;
use crate::identity::{IdentityError, IdentityStore, Secret};

/// How long a node signs with one key before it makes another.
const SIGNS_FOR: Duration = Duration::hours(12);

/// How much longer than its last token a published key is good: the clocks of two nodes differ.
const MARGIN: Duration = Duration::minutes(1);

/// Makes access tokens.
pub(in crate::identity) struct Signer {
    store: IdentityStore,
    key: Mutex<Option<Arc<NodeKey>>>,
}

struct NodeKey {
    kid: String,
    private: EncodingKey,
    from: DateTime<Utc>,
}

impl Signer {
    pub(in crate::identity) fn new(store: IdentityStore) -> Self {
        Self { store, key: Mutex::new(None) }
    }

    /// The signed text of `claims`.
    pub(in crate::identity) async fn sign(
        &self,
        claims: &Claims,
        now: DateTime<Utc>,
    ) -> Result<Secret, IdentityError> {
        let key = self.key(now).await?;
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(key.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, claims, &key.private)
            .map(Secret::from)
            .map_err(|error| IdentityError::Signing(error.to_string()))
    }

    /// The key to sign with now. A new one is published before it is used, so that any node that is shown
    /// a token finds its key.
    async fn key(&self, now: DateTime<Utc>) -> Result<Arc<NodeKey>, IdentityError> {
        let mut current = self.key.lock().await;
        if let Some(key) = &*current
            && (key.from..key.from + SIGNS_FOR).contains(&now)
        {
            return Ok(Arc::clone(key));
        }
        let (key, published) = make(now)?;
        self.store.publish_key(&published).await?;
        let key = Arc::new(key);
        *current = Some(Arc::clone(&key));
        Ok(key)
    }
}

fn make(now: DateTime<Utc>) -> Result<(NodeKey, PublishedKey), IdentityError> {
    let pair = SigningKey::from_bytes(&*random::<32>()?);
    let private = pair.to_pkcs8_der().map_err(|error| IdentityError::Signing(error.to_string()))?;
    let kid = URL_SAFE_NO_PAD.encode(random::<16>()?.as_slice());
    let published = PublishedKey {
        kid: kid.clone(),
        public_key: URL_SAFE_NO_PAD.encode(pair.verifying_key().as_bytes()),
        valid_until: now + SIGNS_FOR + TOKEN_LIFETIME + MARGIN,
    };
    let private = EncodingKey::from_ed_der(private.as_bytes());
    Ok((NodeKey { kid, private, from: now }, published))
}
