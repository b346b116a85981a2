//! When to try again what has just been tried.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use tokio::time::Instant;

/// How long something is left alone after the first try: longer than the read models take to follow.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// How long it is left alone at most: what a person mended is taken up again within a minute.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// What has been tried, and when each may be tried again: after a pause that doubles each time.
#[derive(Debug)]
pub(super) struct Retries<K> {
    tried: HashMap<K, Tried>,
}

#[derive(Debug, Clone, Copy)]
struct Tried {
    again_at: Instant,
    pause: Duration,
}

impl<K> Default for Retries<K> {
    fn default() -> Self {
        Self { tried: HashMap::new() }
    }
}

impl<K: Eq + Hash> Retries<K> {
    /// Whether `key` may be tried at `now`.
    pub(super) fn ready(&self, key: &K, now: Instant) -> bool {
        self.tried.get(key).is_none_or(|tried| tried.again_at <= now)
    }

    /// Notes that `key` was tried at `now`.
    pub(super) fn note(&mut self, key: K, now: Instant) {
        let pause = self.tried.get(&key).map_or(FIRST_PAUSE, |tried| tried.pause * 2);
        let pause = pause.min(LONGEST_PAUSE);
        self.tried.insert(key, Tried { again_at: now + pause, pause });
    }

    /// Forgets everything that is not to be tried any more.
    pub(super) fn keep(&mut self, wanted: impl Fn(&K) -> bool) {
        self.tried.retain(|key, _| wanted(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_rests_for_twice_as_long_each_time_up_to_a_minute() {
        let (mut retries, start) = (Retries::default(), Instant::now());
        assert!(retries.ready(&1, start));
        let mut now = start;
        for pause_ms in [250, 500, 1_000] {
            retries.note(1, now);
            let pause = Duration::from_millis(pause_ms);
            assert!(!retries.ready(&1, now + pause - Duration::from_millis(1)));
            assert!(retries.ready(&1, now + pause) && retries.ready(&2, now));
            now += pause;
        }
        for _ in 0..20 {
            retries.note(1, now);
        }
        assert!(retries.ready(&1, now + LONGEST_PAUSE));
    }

    #[test]
    fn what_is_wanted_no_longer_is_forgotten() {
        let (mut retries, now) = (Retries::default(), Instant::now());
        retries.note(1, now);
        retries.note(2, now);
        retries.keep(|key| *key == 2);
        assert!(retries.ready(&1, now) && !retries.ready(&2, now));
    }
}
