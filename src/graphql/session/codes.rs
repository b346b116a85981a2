//! Why signing in or out is refused.

use async_graphql::Enum;

/// Why a person was not registered.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum RegisterErrorCode {
    /// The text is not an e-mail address.
    EmailMalformed,
    /// Somebody has registered with this address.
    EmailTaken,
    /// A name is blank or too long.
    NameLength,
    /// The password has too few characters.
    PasswordTooShort,
    /// The password has too many bytes.
    PasswordTooLong,
    /// An earlier request under the same idempotency key was shown the session's tokens: log in.
    SecretAlreadyShown,
}

/// Why somebody was not logged in.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum LoginErrorCode {
    /// The address, the password, or both are wrong; which one, nobody is told.
    InvalidCredentials,
    /// You belong to no organization of this id.
    NotFound,
    /// You belong to no organization at all.
    NoOrganization,
    /// An earlier request under the same idempotency key was shown the session's tokens: log in under
    /// another.
    SecretAlreadyShown,
}

/// Why a session was not refreshed.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum RefreshSessionErrorCode {
    /// The token is none, has expired, was used before, or its session has ended: log in.
    InvalidRefreshToken,
    /// An earlier request under the same idempotency key was shown the new tokens: log in.
    SecretAlreadyShown,
}

/// Why a password was not changed.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum ChangePasswordErrorCode {
    /// The current password is another.
    InvalidCredentials,
    /// The new password has too few characters.
    PasswordTooShort,
    /// The new password has too many bytes.
    PasswordTooLong,
    /// The caller has an API key, and with it neither a session nor a password.
    NoSession,
    /// An earlier request under the same idempotency key was shown the new tokens: log in.
    SecretAlreadyShown,
}

/// Why nobody was logged out.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum LogoutErrorCode {
    /// The caller has an API key, which has no session: revoke the key.
    NoSession,
}
