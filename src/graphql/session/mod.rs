//! Signing in and out.

mod codes;
mod input;
mod mutation;
mod refusal;
mod types;

pub use mutation::SessionMutation;
pub(in crate::graphql) use refusal::{Fields, identity_errors};
pub use types::Session;
