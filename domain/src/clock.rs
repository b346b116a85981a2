//! The clock as a port: what decides never asks the machine for the time.

use chrono::{DateTime, Utc};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds: what every store can hold without rounding.
    fn now(&self) -> DateTime<Utc>;
}
