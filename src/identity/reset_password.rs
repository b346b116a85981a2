//! A new password, given by whoever runs the server.

use docket_domain::user::{ChangePassword, EmailAddress, User, UserCommand};
use docket_domain::{Acting, OrganizationId, UserId};

use super::password::acceptable;
use super::{IdentityError, IdentityService, Secret};
use crate::bus::{Request, Work};

impl IdentityService {
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
        let (now, id) = (self.bus.clock().now(), self.ids.uuid());
        let hash = self.hasher.hash(password).await?;
        let ended = self.store.change_password(user, &hash, now).await?;
        self.revocations.remember(ended.into_iter().map(|session| (session, now)), now);
        let request = Request {
            by: Acting::docket(OrganizationId::default()),
            at: now,
            id,
            correlation_id: id,
            idempotency: None,
        };
        let change = UserCommand::ChangePassword(ChangePassword);
        self.bus.execute(&request, Work::new().change::<User>(user, None, change)).await?;
        Ok(user)
    }
}
