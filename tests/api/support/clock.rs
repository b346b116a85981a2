//! A clock that tests move by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use docket_domain::Clock;

/// Real time, and what the test added to it.
#[derive(Default)]
pub struct TestClock {
    ahead_us: AtomicI64,
}

impl TestClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = by.num_microseconds().expect("a duration that a test can wait for");
        self.ahead_us.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        let real = docket::clock::SystemClock.now();
        real + Duration::microseconds(self.ahead_us.load(Ordering::SeqCst))
    }
}
