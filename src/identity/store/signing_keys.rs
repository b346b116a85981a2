//! Public halves of the keys by which nodes sign access tokens.

use chrono::{DateTime, Utc};

use super::database::on_either;
use super::values::{micros, time};
use super::{IdentityStore, StoreError};

/// The public half of a node's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::identity) struct PublishedKey {
    /// By what name tokens refer to it.
    pub kid: String,
    /// The Ed25519 key, base64url.
    pub public_key: String,
    /// When the last token signed by it has ended.
    pub valid_until: DateTime<Utc>,
}

impl IdentityStore {
    /// Publishes a key, before any token is signed by it.
    pub(in crate::identity) async fn publish_key(
        &self,
        key: &PublishedKey,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO signing_keys (kid, public_key, valid_until) VALUES ($1, $2, $3)";
        let until = micros(key.valid_until);
        on_either!(self, pool => {
            sqlx::query(sql).bind(&key.kid).bind(&key.public_key).bind(until).execute(pool).await?;
        });
        Ok(())
    }

    /// The key of this name.
    pub(in crate::identity) async fn published_key(
        &self,
        kid: &str,
    ) -> Result<Option<PublishedKey>, StoreError> {
        let sql = "SELECT public_key, valid_until FROM signing_keys WHERE kid = $1";
        let row: Option<(String, i64)> = on_either!(self, pool => {
            sqlx::query_as(sql).bind(kid).fetch_optional(pool).await?
        });
        row.map(|(public_key, until)| {
            Ok(PublishedKey { kid: kid.to_owned(), public_key, valid_until: time(until)? })
        })
        .transpose()
    }
}
