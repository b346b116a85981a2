//! The identity store: password hashes, sessions, hashes of API keys, public token-signing keys.
//!
//! One of the homes of data: `identity.db` in the data directory, or the schema `identity` in
//! PostgreSQL. Nothing in it can be rebuilt from the log, and nothing of the log is in it: what the log
//! knows of members and keys is only hinted at here, and checked there.
//!
//! The same SQL serves both databases: it keeps to text and 64-bit integers, and to `$n` placeholders.

mod api_keys;
mod credentials;
mod database;
mod error;
mod memberships;
mod open;
mod rotation;
mod sessions;
mod signing_keys;
mod tables;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;
mod values;

pub use database::IdentityStore;
pub use error::StoreError;
pub(super) use memberships::Membership;
pub(super) use rotation::{Family, Refreshed, Rotation};
pub(super) use sessions::NewSession;
pub(super) use signing_keys::PublishedKey;
pub use tables::IDENTITY;
