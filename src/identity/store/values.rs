//! Times and ids as they are stored.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use docket_domain::IdError;

use super::StoreError;

/// A point in time as it is stored.
pub(super) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// A point in time as it was stored.
pub(super) fn time(micros: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| StoreError::Corrupt(format!("{micros} is no point in time")))
}

/// An id as it was stored.
pub(super) fn id<T: FromStr<Err = IdError>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: IdError| StoreError::Corrupt(error.to_string()))
}
