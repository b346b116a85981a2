//! Hashes of API keys' secrets.

use docket_domain::{ApiKeyId, OrganizationId};

use super::database::on_either;
use super::values::id;
use super::{IdentityStore, StoreError};

impl IdentityStore {
    /// The organization of an API key, and the hash of its secret.
    pub(in crate::identity) async fn api_key(
        &self,
        key: ApiKeyId,
    ) -> Result<Option<(OrganizationId, String)>, StoreError> {
        let sql = "SELECT org_id, secret_hash FROM api_keys WHERE key_id = $1";
        let key = key.to_string();
        let row: Option<(String, String)> = on_either!(self, pool => {
            sqlx::query_as(sql).bind(key).fetch_optional(pool).await?
        });
        row.map(|(organization, hash)| Ok((id(&organization)?, hash))).transpose()
    }

    /// Keeps the hash of a key that is about to be appended.
    pub(in crate::identity) async fn add_api_key(
        &self,
        key: ApiKeyId,
        organization: OrganizationId,
        secret_hash: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO api_keys (key_id, org_id, secret_hash) VALUES ($1, $2, $3)";
        let (key, organization) = (key.to_string(), organization.to_string());
        on_either!(self, pool => {
            sqlx::query(sql).bind(key).bind(organization).bind(secret_hash).execute(pool).await?;
        });
        Ok(())
    }

    /// Forgets a key that was never appended after all.
    pub(in crate::identity) async fn forget_api_key(
        &self,
        key: ApiKeyId,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM api_keys WHERE key_id = $1";
        on_either!(self, pool => {
            sqlx::query(sql).bind(key.to_string()).execute(pool).await?;
        });
        Ok(())
    }
}
