//! The data keys of a backup, in memory: whether they open what is sealed is found out without the store.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use docket_eventlog::{KeyStore, Line, LogError, StoredKey};
use serde_json::Value;

/// Wrapped keys by subject, some 150 bytes each; of an erased subject there is none.
#[derive(Default)]
pub(super) struct BackupKeys(Mutex<HashMap<String, Option<Vec<u8>>>>);

impl BackupKeys {
    /// Takes in a row of the keys' table.
    ///
    /// # Errors
    /// `Corrupt` for what is none.
    pub(super) fn add(&self, line: &Line) -> Result<(), LogError> {
        let subject = line.get("subject").and_then(Value::as_str);
        let subject = subject.ok_or_else(|| corrupt("a key has no subject"))?;
        let wrapped = match line.get("wrapped") {
            Some(Value::String(text)) => {
                Some(hex::decode(text).map_err(|_| corrupt("a key is not hexadecimal"))?)
            }
            Some(Value::Null) => None,
            _ => return Err(corrupt("a key is missing")),
        };
        self.keys(|keys| keys.insert(subject.to_owned(), wrapped));
        Ok(())
    }

    fn keys<T>(&self, of: impl FnOnce(&mut HashMap<String, Option<Vec<u8>>>) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl KeyStore for BackupKeys {
    async fn find(&self, subjects: &[&str]) -> Result<Vec<StoredKey>, LogError> {
        Ok(self.keys(|keys| {
            let found = |subject: &&str| {
                let wrapped = keys.get(*subject)?.clone();
                Some(StoredKey { subject: (*subject).to_owned(), wrapped })
            };
            subjects.iter().filter_map(found).collect()
        }))
    }

    async fn insert(&self, subject: &str, wrapped: &[u8]) -> Result<StoredKey, LogError> {
        let wrapped = self.keys(|keys| {
            keys.entry(subject.to_owned()).or_insert_with(|| Some(wrapped.to_vec())).clone()
        });
        Ok(StoredKey { subject: subject.to_owned(), wrapped })
    }

    async fn erase(&self, subject: &str) -> Result<(), LogError> {
        self.keys(|keys| keys.insert(subject.to_owned(), None));
        Ok(())
    }
}

fn corrupt(reason: &str) -> LogError {
    LogError::Corrupt(reason.to_owned())
}
