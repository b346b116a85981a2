//! Access tokens: EdDSA-signed JWTs of ten minutes, verified without asking anybody.

mod claims;
mod signer;
mod verifier;

use chrono::Duration;

pub(super) use claims::Claims;
pub(super) use signer::Signer;
pub(super) use verifier::Verifier;

/// How long an access token is good.
pub const TOKEN_LIFETIME: Duration = Duration::minutes(10);

/// Whom tokens are by and for.
const DOCKET: &str = "docket";

/// The `typ` of an access token (RFC 9068), so that no other JWT is taken for one.
const TYPE: &str = "at+jwt";

#[cfg(test)]
mod tests;
