//! Why mutations of organizations are refused.

use async_graphql::Enum;

/// Why a person was not made a member.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CreateMemberErrorCode {
    /// The text is not an e-mail address.
    EmailMalformed,
    /// A name is blank or too long.
    NameLength,
    /// The password has too few characters.
    PasswordTooShort,
    /// The password has too many bytes.
    PasswordTooLong,
    /// A text is not a role's name.
    InvalidRole,
    /// Only an owner makes an owner.
    OwnersOnly,
    /// A role permits what you may not do yourself.
    BeyondOwn,
    /// The person belongs to the organization already.
    AlreadyMember,
    /// The organization, or the member's roles, would grow beyond the limit.
    LimitReached,
}

/// Why a member's roles were not set.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum SetMemberRolesErrorCode {
    /// There is nothing of that id for you.
    NotFound,
    /// It is at another version than `expectedVersion` by now; `currentVersion` says which.
    VersionConflict,
    /// A text is not a role's name.
    InvalidRole,
    /// Only an owner grants or takes the role `owner`.
    OwnersOnly,
    /// No owner would remain.
    LastOwner,
    /// A role permits what you may not do yourself.
    BeyondOwn,
    /// More roles than one member can hold.
    LimitReached,
}

/// Why an API key was not made.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum CreateApiKeyErrorCode {
    /// The name is blank or too long.
    NameLength,
    /// A text is not a permission's name.
    UnknownScope,
    /// The key would permit nothing.
    NoScopes,
    /// A scope permits what you may not do yourself.
    BeyondOwn,
    /// The key would have expired already.
    ExpiresInThePast,
    /// The organization has as many keys as it can have.
    LimitReached,
    /// The key was made by an earlier request under the same idempotency key, which was shown the secret.
    SecretAlreadyShown,
}

/// Why an API key was not revoked.
#[derive(Enum, Copy, Clone, Debug, PartialEq, Eq)]
pub enum RevokeApiKeyErrorCode {
    /// There is no such key for you, or it was revoked before.
    NotFound,
}
