//! Passwords: what makes one acceptable, and how its hash is made off the asynchronous threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::secret::random;
use super::{IdentityError, Secret};

/// The shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 8;

/// The longest password, in bytes: enough for any phrase, and too little to keep a server busy.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Memory for one hash, in KiB; with [`PASSES`] and one lane the least that OWASP's Password Storage Cheat
/// Sheet recommends for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The most hashes that are made at a time, each in its own memory and on its own core.
const MAX_AT_A_TIME: usize = 8;

/// The most that wait for their turn; beyond it a caller is sent away, to come back.
const MAX_WAITING: usize = 256;

/// How long a caller who was sent away should wait, in seconds.
const BUSY_RETRY_S: u64 = 1;

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It is too easily guessed.
    #[error("a password has at least {MIN_PASSWORD_CHARS} characters")]
    TooShort,
    /// It is too long.
    #[error("a password has at most {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
}

/// Checks a password that somebody chooses.
pub(super) fn acceptable(password: &Secret) -> Result<(), PasswordFault> {
    let text = password.expose();
    if text.chars().count() < MIN_PASSWORD_CHARS {
        Err(PasswordFault::TooShort)
    } else if text.len() > MAX_PASSWORD_BYTES {
        Err(PasswordFault::TooLong)
    } else {
        Ok(())
    }
}

/// Makes and checks hashes, a bounded number at a time.
#[derive(Clone)]
pub(super) struct Hasher {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// The hash of no password: checked where there is none, so that the time tells nothing.
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher for this machine.
    pub(super) async fn new() -> Result<Self, IdentityError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .map_err(|error| IdentityError::Hashing(error.to_string()))?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let hasher = Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            slots: Arc::new(Semaphore::new(cores.min(MAX_AT_A_TIME))),
            waiting: Arc::default(),
            decoy: Arc::from(""),
        };
        let decoy = hasher.hash(Secret::random("")?).await?;
        Ok(Self { decoy: decoy.into(), ..hasher })
    }

    /// The hash to keep of `password`, as a PHC string.
    pub(super) async fn hash(&self, password: Secret) -> Result<String, IdentityError> {
        let salt = random::<16>()?;
        let argon2 = self.argon2.clone();
        self.apart(move || {
            let hash = argon2.hash_password_with_salt(password.expose().as_bytes(), &*salt);
            hash.map(|hash: PasswordHash| hash.to_string())
                .map_err(|error| IdentityError::Hashing(error.to_string()))
        })
        .await?
    }

    /// Whether `password` is the one that was hashed. Without a hash it is not, after the same work.
    pub(super) async fn verify(
        &self,
        hash: Option<String>,
        password: Secret,
    ) -> Result<bool, IdentityError> {
        if password.expose().len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let argon2 = self.argon2.clone();
        self.apart(move || {
            let hash = PasswordHash::new(&hash)
                .map_err(|error| IdentityError::Hashing(error.to_string()))?;
            let right = argon2.verify_password(password.expose().as_bytes(), &hash).is_ok();
            Ok(right && known)
        })
        .await?
    }

    /// Runs `work` on a thread of its own once there is a slot for it. The slot is held until the work is
    /// done, also when nobody waits for it any longer.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IdentityError> {
        let _place = Place::take(&self.waiting)?;
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let slot = slot.map_err(|_| IdentityError::Hashing("the server is ending".to_owned()))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        });
        done.await.map_err(|error| IdentityError::Hashing(error.to_string()))
    }
}

/// A place in the queue, given back when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Result<Self, IdentityError> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) < MAX_WAITING {
            Ok(place)
        } else {
            Err(IdentityError::RateLimited { retry_after_s: BUSY_RETRY_S })
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        assert_eq!(acceptable(&secret("1234567")), Err(PasswordFault::TooShort));
        assert_eq!(acceptable(&secret("pässwörd")), Ok(()));
        assert_eq!(acceptable(&secret(&"x".repeat(1024))), Ok(()));
        assert_eq!(acceptable(&secret(&"x".repeat(1025))), Err(PasswordFault::TooLong));
    }

    #[tokio::test]
    async fn only_the_password_that_was_hashed_fits() {
        let hasher = Hasher::new().await.unwrap();
        let hash = hasher.hash(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(Some(hash.clone()), secret("correct horse")).await.unwrap());
        assert!(!hasher.verify(Some(hash), secret("wrong horse")).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_password_is_hashed_differently_each_time() {
        let hasher = Hasher::new().await.unwrap();
        let one = hasher.hash(secret("correct horse")).await.unwrap();
        assert_ne!(one, hasher.hash(secret("correct horse")).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_without_a_password_gets_in() {
        let hasher = Hasher::new().await.unwrap();
        assert!(!hasher.verify(None, secret("correct horse")).await.unwrap());
        assert!(!hasher.verify(None, secret(&"x".repeat(2_000))).await.unwrap());
    }

    #[tokio::test]
    async fn whoever_comes_when_too_many_wait_is_sent_away() {
        let hasher = Hasher::new().await.unwrap();
        hasher.waiting.store(MAX_WAITING, Ordering::Relaxed);
        let refused = hasher.verify(None, secret("correct horse")).await;
        assert!(matches!(refused, Err(IdentityError::RateLimited { retry_after_s: 1 })));
        assert_eq!(hasher.waiting.load(Ordering::Relaxed), MAX_WAITING);
    }
}
