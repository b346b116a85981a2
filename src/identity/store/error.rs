//! What the identity store cannot do.

/// What the identity store cannot do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or has refused a statement.
    #[error("the identity store is unavailable: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// Its tables cannot be brought up to date.
    #[error("the identity store cannot be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored cannot be what was written.
    #[error("the identity store is corrupt: {0}")]
    Corrupt(String),
}
