//! Secrets: how they are made, kept from sight, and compared.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::IdentityError;

/// Random bytes in a secret that we make: nobody guesses 256 bits.
const SECRET_BYTES: usize = 32;

/// A text that is shown to one person only: never in logs, and gone from memory once it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A new secret: `prefix`, by which scanners recognize it where it does not belong, and random text.
    pub(super) fn random(prefix: &str) -> Result<Self, IdentityError> {
        let bytes = random::<SECRET_BYTES>()?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()));
        Ok(Self(Zeroizing::new(format!("{prefix}{}", *text))))
    }

    /// What is kept of it. A fast hash does: there is nothing to guess in a random text.
    pub(super) fn fingerprint(&self) -> String {
        fingerprint(self.expose())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hexadecimal SHA-256 of a text.
pub(super) fn fingerprint(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Whether two fingerprints are the same, in a time that does not tell where they differ.
pub(super) fn same(known: &str, presented: &str) -> bool {
    known.as_bytes().ct_eq(presented.as_bytes()).into()
}

/// Random bytes from the operating system.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, IdentityError> {
    let mut bytes = Zeroizing::new([0; N]);
    SysRng.try_fill_bytes(bytes.as_mut_slice()).map_err(|_| IdentityError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_secrets_differ_and_say_what_they_are() {
        let (one, two) =
            (Secret::random("docket_x_").unwrap(), Secret::random("docket_x_").unwrap());
        assert_ne!(one, two);
        assert!(one.expose().starts_with("docket_x_"));
        assert_eq!(one.expose().len(), "docket_x_".len() + 43);
    }

    #[test]
    fn a_secret_is_not_shown_by_debugging_output() {
        let secret = Secret::from("hunter2".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn fingerprints_are_compared_whole() {
        let known = fingerprint("a");
        assert!(same(&known, &fingerprint("a")));
        assert!(!same(&known, &fingerprint("b")));
        assert!(!same(&known, &known[..10]));
    }
}
