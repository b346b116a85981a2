//! Signing in with a password.

use std::net::IpAddr;
use std::sync::Arc;

use docket_domain::access::{Access, AccessCommand, FailLogin, StartSession};
use docket_domain::user::EmailAddress;
use docket_domain::{Acting, OrganizationId, SessionId, UserId};
use serde_json::json;

use super::attempts::Budget;
use super::register::{EMAIL, left_behind};
use super::secret::fingerprint;
use super::store::Membership;
use super::{IdentityError, IdentityService, Secret, SignedIn};
use crate::bus::{BusError, Request, Work};

/// Somebody who signs in.
#[derive(Debug)]
pub struct Login {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// The organization to act in; `None` for the one that the person joined first.
    pub organization: Option<OrganizationId>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

impl IdentityService {
    /// Signs a person in, and records it where they act.
    ///
    /// A wrong password and an unknown address are answered alike and after the same work; a failure is
    /// recorded behind the caller's back, so that its time tells nothing either. `request.by` and the scope
    /// of its idempotency key are replaced.
    ///
    /// # Errors
    /// `InvalidCredentials`, `RateLimited` after too many failures from this address or for this account,
    /// and with the right password `NoSuchOrganization` and `NoOrganization`.
    pub async fn login(
        self: &Arc<Self>,
        mut request: Request,
        login: Login,
    ) -> Result<SignedIn, IdentityError> {
        let email = EmailAddress::parse(&login.email).ok();
        let account = email.as_ref().map_or_else(|| fingerprint(""), EmailAddress::fingerprint);
        let mut budgets = vec![Budget::Account(account)];
        budgets.extend(login.address.map(Budget::of_address));
        self.attempts.charge(&budgets, request.at)?;
        let person = self.person(email.as_ref()).await?;
        let Some(user) = self.with_password(person, login.password).await? else {
            if let Some(person) = person {
                self.record_failure(&request, person, login.organization, login.address);
            }
            return Err(IdentityError::InvalidCredentials);
        };
        self.attempts.give_back(&budgets);
        if let Some(email) = email {
            request.sign_in_scope(&email);
        }
        let of = self.membership(user, login.organization).await?;
        let acting = self.organization(of.organization).await?.acting_as(user);
        request.by = acting.ok_or(IdentityError::NoOrganization)?;
        self.start_session(request, user, of, login.address).await
    }

    /// The person whose address this is.
    pub(super) async fn person(
        &self,
        email: Option<&EmailAddress>,
    ) -> Result<Option<UserId>, IdentityError> {
        let name = email.map_or_else(String::new, EmailAddress::fingerprint);
        let holder = self.bus.log().store().holder("", EMAIL, &name).await;
        let holder = holder.map_err(BusError::from)?;
        let user = holder.map(|holder| holder.parse::<UserId>()).transpose();
        user.map_err(|error| BusError::Corrupt(error.to_string()).into())
    }

    /// The person, where the password is theirs. Takes as long for nobody as for somebody.
    async fn with_password(
        &self,
        person: Option<UserId>,
        password: Secret,
    ) -> Result<Option<UserId>, IdentityError> {
        let hash = self.store.password_hash(person.unwrap_or_default()).await?;
        let right = self.hasher.verify(hash, password).await?;
        Ok(person.filter(|_| right))
    }

    /// The person's membership of the organization that they asked for, or of the one that they joined
    /// first; as the organizations themselves know it.
    async fn membership(
        &self,
        user: UserId,
        asked: Option<OrganizationId>,
    ) -> Result<Membership, IdentityError> {
        for noted in self.store.memberships(user).await? {
            let wanted = asked.is_none_or(|asked| asked == noted.organization);
            if wanted && self.is_member(user, noted).await? {
                return Ok(noted);
            }
        }
        Err(match asked {
            Some(_) => IdentityError::NoSuchOrganization,
            None => IdentityError::NoOrganization,
        })
    }

    async fn is_member(&self, user: UserId, noted: Membership) -> Result<bool, IdentityError> {
        let organization = self.organization(noted.organization).await?;
        Ok(organization.member_of(user) == Some(noted.member))
    }

    /// Begins a session for a member and records it.
    pub(super) async fn start_session(
        &self,
        request: Request,
        user: UserId,
        of: Membership,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, IdentityError> {
        let session: SessionId = request.ids().id("session", 0);
        let opened = self.open_session(session, user, of, request.at).await?;
        let address = address.map(|address| address.to_string());
        let start = AccessCommand::StartSession(StartSession { user, session, address });
        let work = Work::new().upsert::<Access>(of.member, start).answering(json!({
            "userId": user.to_string(),
            "organizationId": of.organization.to_string(),
            "memberId": of.member.to_string(),
            "sessionId": session.to_string(),
        }));
        match self.bus.execute(&request, work).await {
            Ok(done) if !done.repeated => {
                Ok(SignedIn { done, session: Some(self.hand_out(opened).await?) })
            }
            other => {
                self.store.forget_session(session).await.unwrap_or_else(left_behind);
                Ok(SignedIn { done: other?, session: None })
            }
        }
    }

    /// Records a failed log-in in the organization that was asked for, or in the person's first. A bounded
    /// number waits to be recorded; beyond that the failure is only logged.
    fn record_failure(
        self: &Arc<Self>,
        request: &Request,
        user: UserId,
        asked: Option<OrganizationId>,
        address: Option<IpAddr>,
    ) {
        let Ok(place) = Arc::clone(&self.unrecorded).try_acquire_owned() else {
            tracing::warn!(%user, "too many failed log-ins at a time: this one is not recorded");
            return;
        };
        let (service, mut request) = (Arc::clone(self), request.clone());
        request.idempotency = None;
        self.supervisor.once("failed log-in", async move {
            if let Err(error) = service.append_failure(request, user, asked, address).await {
                tracing::error!(%user, %error, "a failed log-in could not be recorded");
            }
            drop(place);
        });
    }

    async fn append_failure(
        &self,
        mut request: Request,
        user: UserId,
        asked: Option<OrganizationId>,
        address: Option<IpAddr>,
    ) -> Result<(), IdentityError> {
        let of = match self.membership(user, asked).await {
            Err(IdentityError::NoSuchOrganization) => self.membership(user, None).await?,
            other => other?,
        };
        request.by = Acting::docket(of.organization);
        let address = address.map(|address| address.to_string());
        let fail = AccessCommand::FailLogin(FailLogin { user, address });
        self.bus.execute(&request, Work::new().upsert::<Access>(of.member, fail)).await?;
        Ok(())
    }
}
