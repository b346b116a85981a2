//! Sessions: which there are, and which have ended.

use chrono::{DateTime, Utc};
use docket_domain::{MemberId, OrganizationId, SessionId, UserId};

use super::database::on_either;
use super::values::{id, micros, time};
use super::{IdentityStore, StoreError};

/// A session that has not been stored yet.
#[derive(Debug, Clone, Copy)]
pub(in crate::identity) struct NewSession {
    pub session: SessionId,
    pub user: UserId,
    pub organization: OrganizationId,
    pub member: MemberId,
    pub started_at: DateTime<Utc>,
    /// When it ends at the latest, however often it is refreshed.
    pub expires_at: DateTime<Utc>,
}

impl IdentityStore {
    /// Keeps a session that begins, with the hash of its first refresh token.
    pub(in crate::identity) async fn add_session(
        &self,
        new: &NewSession,
        token_hash: &str,
        token_expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO sessions
            (session_id, user_id, org_id, member_id, started_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        on_either!(self, pool => {
            let mut transaction = pool.begin().await?;
            sqlx::query(sql)
                .bind(new.session.to_string())
                .bind(new.user.to_string())
                .bind(new.organization.to_string())
                .bind(new.member.to_string())
                .bind(micros(new.started_at))
                .bind(micros(new.expires_at))
                .execute(&mut *transaction)
                .await?;
            sqlx::query(ADD_TOKEN)
                .bind(token_hash)
                .bind(new.session.to_string())
                .bind(micros(token_expires_at))
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Forgets a session that never began after all.
    pub(in crate::identity) async fn forget_session(
        &self,
        session: SessionId,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE session_id = $1";
        on_either!(self, pool => {
            sqlx::query(sql).bind(session.to_string()).execute(pool).await?;
        });
        Ok(())
    }

    /// Ends a session; answers whether it was this that ended it.
    pub(in crate::identity) async fn end_session(
        &self,
        session: SessionId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE sessions SET ended_at = $2 WHERE session_id = $1 AND ended_at IS NULL";
        let session = session.to_string();
        let ended = on_either!(self, pool => {
            sqlx::query(sql).bind(session).bind(micros(at)).execute(pool).await?.rows_affected()
        });
        Ok(ended > 0)
    }

    /// The sessions that ended at or after `since`, each with when it did.
    pub(in crate::identity) async fn ended_since(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<(SessionId, DateTime<Utc>)>, StoreError> {
        let sql = "SELECT session_id, ended_at FROM sessions
            WHERE ended_at IS NOT NULL AND ended_at >= $1";
        let rows: Vec<(String, i64)> = on_either!(self, pool => {
            sqlx::query_as(sql).bind(micros(since)).fetch_all(pool).await?
        });
        rows.into_iter().map(|(session, at)| Ok((id(&session)?, time(at)?))).collect()
    }

    /// Forgets what ended before `before`: sessions with their tokens, tokens, signing keys.
    pub(in crate::identity) async fn purge(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        let statements = [
            "DELETE FROM sessions WHERE expires_at < $1",
            "DELETE FROM sessions WHERE ended_at IS NOT NULL AND ended_at < $1",
            "DELETE FROM refresh_tokens WHERE expires_at < $1",
            "DELETE FROM signing_keys WHERE valid_until < $1",
        ];
        for sql in statements {
            on_either!(self, pool => {
                sqlx::query(sql).bind(micros(before)).execute(pool).await?;
            });
        }
        Ok(())
    }
}

/// Keeps the hash of a session's newest refresh token.
pub(super) const ADD_TOKEN: &str =
    "INSERT INTO refresh_tokens (token_hash, session_id, expires_at) VALUES ($1, $2, $3)";
