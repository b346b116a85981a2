//! Waiting for what the server does by itself.

use std::time::{Duration, Instant};

/// How long a test waits before it fails: far longer than anything takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What `look` finds once it finds something.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut every = tokio::time::interval(LOOK_EVERY);
    let start = Instant::now();
    while start.elapsed() < DEADLINE {
        if let Some(found) = look().await {
            return found;
        }
        every.tick().await;
    }
    panic!("not within {DEADLINE:?}: {what}");
}
