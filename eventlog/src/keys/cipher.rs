//! XChaCha20-Poly1305 with a fresh random nonce before each ciphertext.

use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Bytes of a nonce: long enough to be drawn at random for every value.
const NONCE: usize = 24;

/// Bytes of a key.
pub(crate) const KEY: usize = 32;

/// A key that seals and opens. Its bytes are wiped when it is dropped.
#[derive(Clone)]
pub(crate) struct DataKey(Zeroizing<[u8; KEY]>);

impl DataKey {
    /// A new key; `None` where the machine has no randomness to give.
    pub(crate) fn generate() -> Option<Self> {
        Key::try_generate().ok().map(|key| Self(Zeroizing::new(key.into())))
    }

    /// The key with these bytes; `None` unless there are 32.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    /// Nonce and ciphertext of `text`, which opens only together with `data`.
    pub(crate) fn seal(&self, text: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        let nonce = XNonce::try_generate().ok()?;
        let payload = Payload { msg: text, aad: data };
        let sealed = self.cipher().encrypt(&nonce, payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What [`DataKey::seal`] was given; `None` where key, bytes or `data` are other ones.
    pub(crate) fn open(&self, sealed: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: data };
        self.cipher().decrypt(&XNonce::from(nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_only_under_its_key_and_with_its_data() {
        let (key, other) = (DataKey::generate().unwrap(), DataKey::generate().unwrap());
        let sealed = key.seal(b"ada@example.com", b"usr_1").unwrap();
        assert_eq!(key.open(&sealed, b"usr_1").unwrap().as_slice(), b"ada@example.com");
        assert!(key.open(&sealed, b"usr_2").is_none());
        assert!(other.open(&sealed, b"usr_1").is_none());
    }

    #[test]
    fn a_changed_or_shortened_box_does_not_open() {
        let key = DataKey::generate().unwrap();
        let mut sealed = key.seal(b"x", b"").unwrap();
        assert!(key.open(&sealed[..10], b"").is_none());
        sealed[30] ^= 1;
        assert!(key.open(&sealed, b"").is_none());
    }

    #[test]
    fn the_same_value_is_never_sealed_alike() {
        let key = DataKey::generate().unwrap();
        assert_ne!(key.seal(b"x", b""), key.seal(b"x", b""));
    }
}
