//! Rotation of refresh tokens: each is good once.

use chrono::{DateTime, Utc};
use docket_domain::{MemberId, OrganizationId, SessionId, UserId};

use super::database::on_either;
use super::sessions::ADD_TOKEN;
use super::values::{id, micros, time};
use super::{IdentityStore, StoreError};

/// A refresh token on its way to being rotated.
#[derive(Debug, Clone, Copy)]
pub(in crate::identity) struct Rotation<'a> {
    /// The hash of the token that was presented.
    pub presented: &'a str,
    /// The hash of the token that takes its place.
    pub next: &'a str,
    /// When the next one ends.
    pub next_expires_at: DateTime<Utc>,
    /// The hash of the idempotency key, where there is one.
    pub under: Option<&'a str>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// The session of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::identity) struct Family {
    pub session: SessionId,
    pub user: UserId,
    pub organization: OrganizationId,
    pub member: MemberId,
}

/// What came of presenting a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::identity) enum Refreshed {
    /// It was the family's last, and the next one is in its place.
    Rotated(Family),
    /// It was rotated before, by a request under the same idempotency key.
    Repeated(Family),
    /// It was rotated before: somebody holds a copy.
    Reused(Family),
    /// There is no such token, or it has expired, or its session has ended.
    Unknown,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    session_id: String,
    user_id: String,
    org_id: String,
    member_id: String,
    session_expires_at: i64,
    ended_at: Option<i64>,
    expires_at: i64,
    rotated_at: Option<i64>,
    rotated_under: Option<String>,
}

impl IdentityStore {
    /// Rotates a refresh token, once: of two requests with the same one, the second finds it rotated.
    pub(in crate::identity) async fn rotate(
        &self,
        rotation: Rotation<'_>,
    ) -> Result<Refreshed, StoreError> {
        let won = self.try_rotate(rotation).await?;
        let sql = "SELECT s.session_id, s.user_id, s.org_id, s.member_id,
                s.expires_at AS session_expires_at, s.ended_at,
                t.expires_at, t.rotated_at, t.rotated_under
            FROM refresh_tokens t JOIN sessions s ON s.session_id = t.session_id
            WHERE t.token_hash = $1";
        let row: Option<TokenRow> = on_either!(self, pool => {
            sqlx::query_as(sql).bind(rotation.presented).fetch_optional(pool).await?
        });
        match row {
            Some(row) => row.outcome(won, rotation),
            None => Ok(Refreshed::Unknown),
        }
    }

    /// Whether this was the one request that rotated the token.
    async fn try_rotate(&self, rotation: Rotation<'_>) -> Result<bool, StoreError> {
        let sql = "UPDATE refresh_tokens SET rotated_at = $2, rotated_under = $3
            WHERE token_hash = $1 AND rotated_at IS NULL AND expires_at > $2 AND session_id IN
                (SELECT session_id FROM sessions WHERE ended_at IS NULL AND expires_at > $2)
            RETURNING session_id";
        Ok(on_either!(self, pool => {
            // The first statement writes, so that SQLite never has to turn a reading transaction into a
            // writing one, which it refuses while another writes.
            let mut transaction = pool.begin().await?;
            let session: Option<String> = sqlx::query_scalar(sql)
                .bind(rotation.presented)
                .bind(micros(rotation.at))
                .bind(rotation.under)
                .fetch_optional(&mut *transaction)
                .await?;
            if let Some(session) = &session {
                sqlx::query(ADD_TOKEN)
                    .bind(rotation.next)
                    .bind(session)
                    .bind(micros(rotation.next_expires_at))
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await?;
            session.is_some()
        }))
    }
}

impl TokenRow {
    fn outcome(&self, won: bool, rotation: Rotation<'_>) -> Result<Refreshed, StoreError> {
        let family = Family {
            session: id(&self.session_id)?,
            user: id(&self.user_id)?,
            organization: id(&self.org_id)?,
            member: id(&self.member_id)?,
        };
        let now = rotation.at;
        let expired = time(self.expires_at)? <= now || time(self.session_expires_at)? <= now;
        let repeats = rotation.under.is_some() && self.rotated_under.as_deref() == rotation.under;
        Ok(if self.ended_at.is_some() || expired || self.rotated_at.is_none() {
            Refreshed::Unknown
        } else if won {
            Refreshed::Rotated(family)
        } else if repeats {
            Refreshed::Repeated(family)
        } else {
            Refreshed::Reused(family)
        })
    }
}
