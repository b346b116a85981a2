//! The port that every store of data keys implements.

use async_trait::async_trait;

use crate::LogError;

/// A subject's data key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The text form of the subject's id.
    pub subject: String,
    /// The key, wrapped by the master key; `None` once the subject has been erased.
    pub wrapped: Option<Vec<u8>>,
}

/// A store of wrapped data keys. What it has answered is on disk.
#[async_trait]
pub trait KeyStore: Send + Sync + 'static {
    /// The keys of these subjects, in any order; subjects that never had one are left out.
    async fn find(&self, subjects: &[&str]) -> Result<Vec<StoredKey>, LogError>;

    /// Stores a subject's first key, and answers what is stored: another node may have been first, and an
    /// erased subject stays erased.
    async fn insert(&self, subject: &str, wrapped: &[u8]) -> Result<StoredKey, LogError>;

    /// Destroys a subject's key for good, whether or not there was one.
    async fn erase(&self, subject: &str) -> Result<(), LogError>;
}
