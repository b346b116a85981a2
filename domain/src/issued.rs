//! A command with what it was issued with: the time, who acts, and where its ids come from.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Acting;

/// A command as an aggregate receives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued<C> {
    /// What to do.
    pub command: C,
    /// Who asks for it.
    pub by: Acting,
    /// When, in whole microseconds.
    pub at: DateTime<Utc>,
    /// Where ids of things made by the command come from.
    pub ids: IdSource,
}

/// Makes the ids of what one command makes: the same ones each time that it is decided again.
///
/// They are `UUIDv8`: 48 bits of the command's time in milliseconds, so that they sort by time, then a
/// hash of the seed, the purpose and an ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdSource {
    seed: Uuid,
    at: DateTime<Utc>,
}

impl IdSource {
    /// Ids under `seed`: the command's own id, or the id of the event that a policy answers.
    pub const fn new(seed: Uuid, at: DateTime<Utc>) -> Self {
        Self { seed, at }
    }

    /// The `ordinal`-th id for `purpose`.
    pub fn id<T: From<Uuid>>(&self, purpose: &str, ordinal: usize) -> T {
        let mut hash = Sha256::new();
        hash.update(self.seed.as_bytes());
        hash.update(purpose.as_bytes());
        hash.update((ordinal as u64).to_be_bytes());
        let digest = hash.finalize();
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
        let millis = self.at.timestamp_millis().to_be_bytes();
        bytes.iter_mut().zip(millis.iter().skip(2)).for_each(|(to, from)| *to = *from);
        T::from(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TaskId;

    #[test]
    fn ids_are_the_same_again_and_sort_by_time() {
        let early = IdSource::new(Uuid::nil(), DateTime::UNIX_EPOCH);
        let late = IdSource::new(Uuid::nil(), DateTime::UNIX_EPOCH + chrono::Duration::seconds(1));
        assert_eq!(early.id::<TaskId>("task", 1), early.id::<TaskId>("task", 1));
        assert_ne!(early.id::<TaskId>("task", 1), early.id::<TaskId>("task", 2));
        assert!(early.id::<TaskId>("task", 2) < late.id::<TaskId>("task", 1));
    }
}
