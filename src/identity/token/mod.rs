//! Access tokens: EdDSA-signed JWTs of ten minutes, verified without asking anybody.

mod claims;
mod signer;
#[cfg(test)]
mod tests;
mod verifier;

pub(super) use claims::Claims;
pub use claims::TOKEN_LIFETIME;
pub(super) use signer::Signer;
pub(super) use verifier::Verifier;
