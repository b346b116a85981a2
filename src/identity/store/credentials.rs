//! Password hashes.

use chrono::{DateTime, Utc};
use docket_domain::{SessionId, UserId};

use super::database::on_either;
use super::values::{id, micros};
use super::{IdentityStore, StoreError};

impl IdentityStore {
    /// The hash of a person's password; `None` for somebody who has none.
    pub(in crate::identity) async fn password_hash(
        &self,
        user: UserId,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT password_hash FROM credentials WHERE user_id = $1";
        let user = user.to_string();
        Ok(on_either!(self, pool => {
            sqlx::query_scalar(sql).bind(user).fetch_optional(pool).await?
        }))
    }

    /// Keeps the hash of a new person's password.
    pub(in crate::identity) async fn add_credential(
        &self,
        user: UserId,
        hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO credentials (user_id, password_hash, changed_at) VALUES ($1, $2, $3)";
        let user = user.to_string();
        on_either!(self, pool => {
            sqlx::query(sql).bind(user).bind(hash).bind(micros(at)).execute(pool).await?;
        });
        Ok(())
    }

    /// Forgets the credential of somebody who was never registered after all.
    pub(in crate::identity) async fn forget_credential(
        &self,
        user: UserId,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM credentials WHERE user_id = $1";
        on_either!(self, pool => {
            sqlx::query(sql).bind(user.to_string()).execute(pool).await?;
        });
        Ok(())
    }

    /// Replaces a person's password and ends every session of theirs, both or neither. Answers the sessions
    /// that ended by it.
    pub(in crate::identity) async fn change_password(
        &self,
        user: UserId,
        hash: &str,
        at: DateTime<Utc>,
    ) -> Result<Vec<SessionId>, StoreError> {
        let put = "INSERT INTO credentials (user_id, password_hash, changed_at) VALUES ($1, $2, $3)
                   ON CONFLICT (user_id) DO UPDATE
                   SET password_hash = excluded.password_hash, changed_at = excluded.changed_at";
        let end = "UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL
                   RETURNING session_id";
        let (user, at) = (user.to_string(), micros(at));
        let ended: Vec<String> = on_either!(self, pool => {
            let mut transaction = pool.begin().await?;
            sqlx::query(put).bind(&user).bind(hash).bind(at).execute(&mut *transaction).await?;
            let ended =
                sqlx::query_scalar(end).bind(&user).bind(at).fetch_all(&mut *transaction).await?;
            transaction.commit().await?;
            ended
        });
        ended.iter().map(|session| id(session)).collect()
    }
}
