//! Registration: a person with a new organization of their own.

use std::net::IpAddr;

use docket_domain::access::{Access, AccessCommand, StartSession};
use docket_domain::organization::{
    CreateOrganization, Organization, OrganizationCommand, Permission, ShippedRole,
};
use docket_domain::user::{EmailAddress, Register, User, UserCommand};
use docket_domain::{Acting, Actor, MemberId, OrganizationId, SessionId, UserId};
use docket_eventlog::Claim;
use serde_json::json;

use super::attempts::Budget;
use super::password::acceptable;
use super::session::Opened;
use super::store::Membership;
use super::{IdentityError, IdentityService, Secret, SignedIn, StoreError};
use crate::bus::{BusError, Done, Request, Work};

/// A person who registers.
#[derive(Debug)]
pub struct Registration {
    /// The e-mail address.
    pub email: String,
    /// The password to sign in with.
    pub password: Secret,
    /// The full name.
    pub name: String,
    /// The name of the organization to found.
    pub organization_name: String,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// The ids of what a registration makes.
struct Made {
    user: UserId,
    of: Membership,
    session: SessionId,
}

impl IdentityService {
    /// Registers a person, founds an organization that they own, and signs them in: one commit, or one for each where
    /// a commit of the log is of one stream, with the person's last.
    ///
    /// `request.by` is replaced, as is the scope of its idempotency key, since nobody is signed in yet.
    /// What the store must hold for it (hash, membership, session) is written first and found by nobody
    /// before the commit; what a crash between the two leaves behind belongs to no one.
    ///
    /// # Errors
    /// Refusals of the address, names or password; the address is `Claimed` where somebody has it.
    pub async fn register(
        &self,
        mut request: Request,
        new: Registration,
    ) -> Result<SignedIn, IdentityError> {
        let email = EmailAddress::parse(&new.email)?;
        acceptable(&new.password)?;
        let made = Made::by(&request);
        request.by = made.acting();
        request.sign_in_scope(&email);
        let budgets: Vec<_> = new.address.map(Budget::of_address).into_iter().collect();
        self.attempts.charge(&budgets, request.at)?;
        let opened = self.prepare(&request, &made, new.password.clone()).await?;
        let result = self.bus.execute(&request, made.work(new, email)).await;
        // That an address is taken tells that somebody has it: nobody gets to ask that often.
        if !matches!(result, Err(BusError::Claimed { kind: EMAIL, .. })) {
            self.attempts.give_back(&budgets);
        }
        self.settle(result, opened, &made).await
    }

    /// Writes what the store must hold once the registration is recorded.
    async fn prepare(
        &self,
        request: &Request,
        made: &Made,
        password: Secret,
    ) -> Result<Opened, IdentityError> {
        let hash = self.hasher.hash(password).await?;
        self.store.add_credential(made.user, &hash, request.at).await?;
        self.store.add_membership(made.user, made.of, request.at).await?;
        self.open_session(made.session, made.user, made.of, request.at).await
    }

    /// Hands the session out, or takes back what was written for a registration that was not made.
    async fn settle(
        &self,
        result: Result<Done, BusError>,
        opened: Opened,
        made: &Made,
    ) -> Result<SignedIn, IdentityError> {
        match result {
            Ok(done) if !done.repeated => {
                Ok(SignedIn { done, session: Some(self.hand_out(opened).await?) })
            }
            // It may have been made, and then all of it must be there.
            Err(BusError::OutcomeUnknown) => Err(BusError::OutcomeUnknown.into()),
            other => {
                self.take_back(made).await.unwrap_or_else(left_behind);
                Ok(SignedIn { done: other?, session: None })
            }
        }
    }

    async fn take_back(&self, made: &Made) -> Result<(), StoreError> {
        self.store.forget_session(made.session).await?;
        self.store.forget_membership(made.user, made.of.member).await?;
        self.store.forget_credential(made.user).await
    }
}

/// What was written for something that was not made stays, found by nobody: no reason to fail.
#[expect(clippy::needless_pass_by_value, reason = "it takes what `unwrap_or_else` gives")]
pub(super) fn left_behind(error: StoreError) {
    tracing::warn!(%error, "something that was never recorded is left in the identity store");
}

impl Made {
    fn by(request: &Request) -> Self {
        let ids = request.ids();
        let organization: OrganizationId = ids.id("organization", 0);
        let member: MemberId = ids.id("member", 0);
        Self {
            user: ids.id("user", 0),
            of: Membership { organization, member },
            session: ids.id("session", 0),
        }
    }

    /// The person as the owner that they become by this.
    fn acting(&self) -> Acting {
        let owner = ShippedRole::Owner.name();
        Acting {
            actor: Actor::User(self.user),
            member: Some(self.of.member),
            permissions: Permission::of([&owner]),
            roles: [owner].into(),
            ..Acting::docket(self.of.organization)
        }
    }

    fn work(&self, new: Registration, email: EmailAddress) -> Work {
        let Self { user, of, session } = *self;
        let claim = email_claim(&email, user);
        let register = UserCommand::Register(Register { user, email, name: new.name });
        let found = OrganizationCommand::CreateOrganization(CreateOrganization {
            name: new.organization_name,
            owner: of.member,
            user,
        });
        let address = new.address.map(|address| address.to_string());
        let start = AccessCommand::StartSession(StartSession { user, session, address });
        Work::new()
            .create::<User>(user, register)
            .create::<Organization>(of.organization, found)
            .upsert::<Access>(of.member, start)
            .claim(claim)
            .answering(self.outcome())
    }

    fn outcome(&self) -> serde_json::Value {
        json!({
            "userId": self.user.to_string(),
            "organizationId": self.of.organization.to_string(),
            "memberId": self.of.member.to_string(),
            "sessionId": self.session.to_string(),
        })
    }
}

/// The claim by which an address is one person's.
pub(super) fn email_claim(email: &EmailAddress, user: UserId) -> Claim {
    Claim {
        org_id: String::new(),
        kind: EMAIL,
        name: email.fingerprint(),
        holder: user.to_string(),
    }
}

/// The kind of name that an e-mail address is.
pub(super) const EMAIL: &str = "email";

impl Request {
    /// Before anybody is signed in, an idempotency key is unique for the e-mail address.
    pub(super) fn sign_in_scope(&mut self, email: &EmailAddress) {
        if let Some(key) = &mut self.idempotency {
            key.scope = email.fingerprint();
        }
    }
}
