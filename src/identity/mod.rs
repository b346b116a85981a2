//! Who somebody is: passwords, sessions, access tokens, API keys.
//!
//! What a caller may do is no business of this module: tokens name a person and an organization, and the
//! organization's aggregate says what it permits, at the moment that it is asked. Secrets are kept as
//! hashes in the [`IdentityStore`]; that something happened is an event in the log.

mod attempts;
mod authenticate;
mod caller;
mod change_password;
mod create_api_key;
mod create_member;
mod error;
mod login;
mod logout;
mod password;
mod refresh;
mod register;
mod revocations;
mod secret;
mod service;
mod session;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use caller::{AuthError, Caller};
pub use create_api_key::{CreatedApiKey, NewApiKey};
pub use create_member::{CreatedMember, NewMember};
pub use error::IdentityError;
pub use login::Login;
pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, PasswordFault};
pub use register::Registration;
pub use secret::Secret;
pub use service::IdentityService;
pub use session::{Session, SignedIn};
pub use store::{IDENTITY, IdentityStore, StoreError};
pub use token::TOKEN_LIFETIME;
