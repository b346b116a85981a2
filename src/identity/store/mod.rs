//! The identity store: password hashes, sessions, hashes of API keys, public token-signing keys.
//!
//! One of the four homes of data: `identity.db` in the data directory, or the schema `identity` in
//! PostgreSQL. Nothing in it can be rebuilt from the log, and nothing of the log is in it: what the log
//! knows of members and keys is only hinted at here, and checked there.
//!
//! The same SQL serves both databases: it keeps to text and 64-bit integers, and to `$n` placeholders.

mod api_keys;
mod credentials;
mod memberships;
mod open;
mod rotation;
mod sessions;
mod signing_keys;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use sqlx::{PgPool, SqlitePool};

pub(super) use memberships::Membership;
pub(super) use rotation::{Family, Refreshed, Rotation};
pub(super) use sessions::NewSession;
pub(super) use signing_keys::PublishedKey;

/// The identity store over one of the databases.
#[derive(Debug, Clone)]
pub struct IdentityStore {
    database: Database,
}

#[derive(Debug, Clone)]
enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

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

/// Runs the same statement on whichever database it is.
macro_rules! on_either {
    ($store:expr, $pool:ident => $statement:expr) => {
        match &$store.database {
            $crate::identity::store::Database::Sqlite($pool) => $statement,
            $crate::identity::store::Database::Postgres($pool) => $statement,
        }
    };
}
use on_either;

/// A point in time as it is stored.
fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// A point in time as it was stored.
fn time(micros: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| StoreError::Corrupt(format!("{micros} is no point in time")))
}

/// An id as it was stored.
fn id<T: std::str::FromStr<Err = docket_domain::IdError>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: docket_domain::IdError| StoreError::Corrupt(error.to_string()))
}
