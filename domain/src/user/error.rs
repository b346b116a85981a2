//! What a person's account refuses.

use super::{MAX_EMAIL_BYTES, MAX_NAME_CHARS};

/// Why a person's account refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserRefusal {
    /// The account exists already.
    #[error("the account exists already")]
    Exists,
    /// There is no such account.
    #[error("there is no such account")]
    Unknown,
    /// A text that no mail could be sent to.
    #[error(
        "this is not an e-mail address: it needs a name, an `@` and a domain, no spaces, and at most \
         {MAX_EMAIL_BYTES} bytes"
    )]
    EmailMalformed,
    /// A name that is blank or too long.
    #[error("a name has 1 to {MAX_NAME_CHARS} characters, not {chars}")]
    NameLength {
        /// How many characters were given, without the space around them.
        chars: usize,
    },
}

impl UserRefusal {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exists => "USER_EXISTS",
            Self::Unknown => "NOT_FOUND",
            Self::EmailMalformed => "EMAIL_MALFORMED",
            Self::NameLength { .. } => "NAME_LENGTH",
        }
    }
}
