//! A clock that runs through a month in seconds.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use docket_domain::Clock;

/// Where the story has got to, in microseconds since 1970. It never goes back.
pub(super) struct StoryClock(AtomicI64);

impl StoryClock {
    /// A clock that stands at `start`.
    pub(super) fn at(start: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(start.timestamp_micros()))
    }

    /// Goes on to `time`.
    pub(super) fn go_to(&self, time: DateTime<Utc>) {
        self.0.fetch_max(time.timestamp_micros(), Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}
