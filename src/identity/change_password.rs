//! A new password: chosen by the person, or given by whoever runs the server.

use std::net::IpAddr;

use docket_domain::user::{ChangePassword, EmailAddress, User, UserCommand};
use docket_domain::{Acting, OrganizationId, UserId};

use super::attempts::Budget;
use super::password::acceptable;
use super::store::Membership;
use super::{Caller, IdentityError, IdentityService, Secret, SignedIn};
use crate::bus::{Request, Work};

impl IdentityService {
    /// Replaces the caller's own password, ends all of their sessions, and begins a new one.
    ///
    /// # Errors
    /// `NoSession` for a program, `InvalidCredentials` for a wrong `current`, `Password` for a new one that is
    /// not acceptable, `RateLimited`.
    pub async fn change_password(
        &self,
        request: Request,
        caller: &Caller,
        current: Secret,
        new: Secret,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, IdentityError> {
        let (Some(user), Some(member)) = (caller.user, caller.member) else {
            return Err(IdentityError::NoSession);
        };
        acceptable(&new)?;
        // A stolen access token does not let anybody guess the password that goes with it.
        let mut budgets = vec![Budget::Account(user.to_string())];
        budgets.extend(address.map(Budget::of_address));
        self.attempts.charge(&budgets, request.at)?;
        let hash = self.store.password_hash(user).await?;
        if !self.hasher.verify(hash, current).await? {
            return Err(IdentityError::InvalidCredentials);
        }
        self.attempts.give_back(&budgets);
        self.replace_password(&request, user, new).await?;
        // The new session is a commit of its own, and every commit has ids of its own.
        let next = Request { id: self.ids.uuid(), idempotency: None, ..request };
        let of = Membership { organization: caller.organization, member };
        self.start_session(next, user, of, address).await
    }

    /// Replaces the password of whoever has this address, and ends all of their sessions: on this node at
    /// once, on others within a second.
    ///
    /// # Errors
    /// `NoSuchPerson`, and `Password` for one that is not acceptable.
    pub async fn reset_password(
        &self,
        email: &str,
        password: Secret,
    ) -> Result<UserId, IdentityError> {
        let email = EmailAddress::parse(email)?;
        acceptable(&password)?;
        let user = self.person(Some(&email)).await?.ok_or(IdentityError::NoSuchPerson)?;
        let id = self.ids.uuid();
        let request = Request {
            by: Acting::docket(OrganizationId::default()),
            at: self.bus.clock().now(),
            id,
            correlation_id: id,
            idempotency: None,
        };
        self.replace_password(&request, user, password).await?;
        Ok(user)
    }

    /// Records the change and then makes it: a crash in between leaves a record of a change that was asked
    /// for and has to be asked for again, and never a change without its record.
    async fn replace_password(
        &self,
        request: &Request,
        user: UserId,
        password: Secret,
    ) -> Result<(), IdentityError> {
        let hash = self.hasher.hash(password).await?;
        let change = UserCommand::ChangePassword(ChangePassword);
        self.bus.execute(request, Work::new().change::<User>(user, None, change)).await?;
        let now = self.bus.clock().now();
        let ended = self.store.change_password(user, &hash, now).await?;
        self.revocations.remember(ended.into_iter().map(|session| (session, now)), now);
        Ok(())
    }
}
