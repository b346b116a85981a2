//! Going on with a session by its refresh token, each of which is good once.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use docket_domain::Acting;
use docket_domain::access::{Access, AccessCommand, ReuseRefreshToken};
use serde_json::json;

use super::attempts::Budget;
use super::secret::fingerprint;
use super::session::{REFRESH_LIFETIME, REFRESH_PREFIX};
use super::store::{Family, Refreshed, Rotation};
use super::token::Claims;
use super::{IdentityError, IdentityService, Secret, Session, SignedIn};
use crate::bus::{Done, Request, Work};

impl IdentityService {
    /// Goes on with the session that a refresh token belongs to, under a new refresh token.
    ///
    /// A token that was used before is a copy: the session ends at once, with all of its tokens, and that
    /// is recorded. Only a repeat under the idempotency key of the first use is taken for what it is, and
    /// answered without tokens.
    ///
    /// # Errors
    /// `InvalidRefreshToken`, whatever is wrong with it; `RateLimited` after many of these from one address.
    pub async fn refresh(
        &self,
        request: Request,
        refresh_token: Secret,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, IdentityError> {
        let budgets: Vec<_> = address.map(Budget::of_address).into_iter().collect();
        self.attempts.charge(&budgets, request.at)?;
        let next = Secret::random(REFRESH_PREFIX)?;
        let next_expires_at = request.at + REFRESH_LIFETIME;
        let under = request.idempotency.as_ref().map(|key| fingerprint(&key.key));
        let rotation = Rotation {
            presented: &refresh_token.fingerprint(),
            next: &next.fingerprint(),
            next_expires_at,
            under: under.as_deref(),
            at: request.at,
        };
        let refreshed = self.store.rotate(rotation).await?;
        if !matches!(refreshed, Refreshed::Unknown) {
            self.attempts.give_back(&budgets);
        }
        match refreshed {
            Refreshed::Rotated(family) => {
                let session = self.go_on(family, next, next_expires_at, request.at).await?;
                Ok(SignedIn { done: self.unrecorded_done(family).await?, session: Some(session) })
            }
            Refreshed::Repeated(family) => {
                let done = Done { repeated: true, ..self.unrecorded_done(family).await? };
                Ok(SignedIn { done, session: None })
            }
            Refreshed::Reused(family) => {
                self.end_reused(request, family).await?;
                Err(IdentityError::InvalidRefreshToken)
            }
            Refreshed::Unknown => Err(IdentityError::InvalidRefreshToken),
        }
    }

    async fn go_on(
        &self,
        family: Family,
        refresh_token: Secret,
        refresh_token_expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Session, IdentityError> {
        let Family { session, user, organization, member } = family;
        if self.organization(organization).await?.member_of(user) != Some(member) {
            self.end_session(session, now).await?;
            return Err(IdentityError::InvalidRefreshToken);
        }
        let claims = Claims::new(user, organization, member, session, now);
        Ok(Session {
            id: session,
            access_token: self.signer.sign(&claims, now).await?,
            access_token_expires_at: claims.expires_at(),
            refresh_token,
            refresh_token_expires_at,
        })
    }

    /// A refresh is no event: it answers with the log's end.
    async fn unrecorded_done(&self, family: Family) -> Result<Done, IdentityError> {
        let head = self.bus.log().store().head().await.map_err(crate::bus::BusError::from)?;
        let outcome = json!({
            "userId": family.user.to_string(),
            "organizationId": family.organization.to_string(),
            "memberId": family.member.to_string(),
            "sessionId": family.session.to_string(),
        });
        Ok(Done { position: head.position, outcome, repeated: false })
    }

    /// Ends the session of a copied token, and records that once.
    async fn end_reused(&self, mut request: Request, family: Family) -> Result<(), IdentityError> {
        if !self.end_session(family.session, request.at).await? {
            return Ok(());
        }
        request.by = Acting::docket(family.organization);
        request.idempotency = None;
        let reuse = AccessCommand::ReuseRefreshToken(ReuseRefreshToken {
            user: family.user,
            session: family.session,
        });
        let work = Work::new().upsert::<Access>(family.member, reuse);
        self.bus.execute(&request, work).await?;
        Ok(())
    }
}
