//! Data keys, opened and at hand.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use super::cipher::DataKey;
use super::master::MasterKey;
use super::store::{KeyStore, StoredKey};
use crate::LogError;

/// Opened keys in memory, at most.
const CACHED: u64 = 10_000;

/// How long an opened key stays in memory: the bound on how long another node still reads what has been
/// erased.
const KEPT: Duration = Duration::from_mins(1);

/// What the ring holds of a subject.
#[derive(Clone)]
pub(crate) enum Held {
    /// Its key.
    Key(Arc<DataKey>),
    /// Nothing any more: the subject has been erased.
    Erased,
    /// A key that does not open under the master key.
    Unopened,
}

/// The data keys of all subjects, unwrapped as they are needed.
pub struct KeyRing {
    store: Arc<dyn KeyStore>,
    master: MasterKey,
    cache: Cache<String, Held>,
}

impl KeyRing {
    /// The subject whose key shows, at the start, that the master key is the one that wrapped the others. A
    /// store that was ever opened has it.
    pub const MASTER_KEY_CHECK: &str = "docket:master-key-check";

    /// A ring over the keys in `store`.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be reached, or when its keys were wrapped by another master key.
    pub async fn open(store: Arc<dyn KeyStore>, master: MasterKey) -> Result<Self, LogError> {
        let cache = Cache::builder().max_capacity(CACHED).time_to_live(KEPT).build();
        let ring = Self { store, master, cache };
        match ring.ensure(Self::MASTER_KEY_CHECK).await {
            Err(LogError::Corrupt(_)) => Err(LogError::Unavailable(
                "the master key is not the one that the stored keys were wrapped by".to_owned(),
            )),
            checked => checked.map(|_| ring),
        }
    }

    /// Destroys a subject's key: what was sealed under it reads as erased from now on, on other nodes within
    /// a minute.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn erase(&self, subject: &str) -> Result<(), LogError> {
        self.store.erase(subject).await?;
        self.cache.insert(subject.to_owned(), Held::Erased);
        Ok(())
    }

    /// The key of a subject, made and stored where it has none yet.
    pub(crate) async fn ensure(&self, subject: &str) -> Result<Held, LogError> {
        if let Some(held) = self.cache.get(subject) {
            return Ok(held);
        }
        if let Some(stored) = self.store.find(&[subject]).await?.pop() {
            return self.keep_opened(stored);
        }
        let wrapped = DataKey::generate().and_then(|key| self.master.wrap(subject, &key));
        let wrapped =
            wrapped.ok_or_else(|| LogError::Unavailable("there is no randomness".to_owned()))?;
        self.keep_opened(self.store.insert(subject, &wrapped).await?)
    }

    /// What is held of each subject; subjects that never had a key are left out.
    pub(crate) async fn find<'a>(
        &self,
        subjects: BTreeSet<&'a str>,
    ) -> Result<HashMap<&'a str, Held>, LogError> {
        let mut found = HashMap::with_capacity(subjects.len());
        let mut unknown = Vec::new();
        for subject in subjects {
            match self.cache.get(subject) {
                Some(held) => drop(found.insert(subject, held)),
                None => unknown.push(subject),
            }
        }
        if !unknown.is_empty() {
            for stored in self.store.find(&unknown).await? {
                if let Some(subject) = unknown.iter().find(|unknown| **unknown == stored.subject) {
                    found.insert(*subject, self.keep(stored));
                }
            }
        }
        Ok(found)
    }

    fn keep_opened(&self, stored: StoredKey) -> Result<Held, LogError> {
        let subject = stored.subject.clone();
        match self.keep(stored) {
            Held::Unopened => Err(unopened(&subject)),
            held => Ok(held),
        }
    }

    fn keep(&self, stored: StoredKey) -> Held {
        let open = |wrapped: Vec<u8>| self.master.unwrap(&stored.subject, &wrapped);
        let held = match stored.wrapped.map(open) {
            None => Held::Erased,
            Some(Some(key)) => Held::Key(Arc::new(key)),
            // Looked up anew, for somebody may mend it.
            Some(None) => return Held::Unopened,
        };
        self.cache.insert(stored.subject, held.clone());
        held
    }
}

/// A subject's key is not one that the master key has wrapped.
pub(crate) fn unopened(subject: &str) -> LogError {
    LogError::Corrupt(format!("the data key of {subject} does not open under the master key"))
}
