//! What signing in and managing who may do so can be refused with.

use docket_domain::user::UserRefusal;

use super::{PasswordFault, StoreError};
use crate::bus::{BusError, Refusal};

/// Why a request to the identity service had no effect.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The address, the password, or both are wrong; which one, nobody is told.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The refresh token is unknown, used, expired, or its session has ended.
    #[error("the refresh token is not good: log in again")]
    InvalidRefreshToken,
    /// The person does not belong to the organization that they asked for.
    #[error("you belong to no organization of this id")]
    NoSuchOrganization,
    /// The person belongs to no organization.
    #[error("you belong to no organization: ask for an invitation")]
    NoOrganization,
    /// Nobody has this address.
    #[error("nobody has this e-mail address")]
    NoSuchPerson,
    /// The caller is a program, which has neither a session nor a password.
    #[error("an API key has neither a session nor a password: revoke the key")]
    NoSession,
    /// The password is not acceptable.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// Too many attempts.
    #[error("too many attempts: wait {retry_after_s} s and try again")]
    RateLimited {
        /// Seconds until it is worth trying again.
        retry_after_s: u64,
    },
    /// The bus refused or could not do it.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The identity store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    /// A password could not be hashed.
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
    /// A token could not be signed.
    #[error("a token could not be signed: {0}")]
    Signing(String),
}

impl From<UserRefusal> for IdentityError {
    fn from(refusal: UserRefusal) -> Self {
        Self::Bus(BusError::Refused(Refusal::User(refusal)))
    }
}
