//! A clock that the test sets.

use std::sync::Mutex;

use chrono::{DateTime, Duration, Utc};
use docket_domain::Clock;

/// Starts on 2026-01-01 and stands still until it is set.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    pub fn new() -> Self {
        Self(Mutex::new(DateTime::from_timestamp(1_767_225_600, 0).unwrap()))
    }

    /// Moves it, forwards or backwards.
    pub fn jump(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}
