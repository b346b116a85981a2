//! The one place that makes ids which no command determines.

use std::sync::{Arc, Mutex, PoisonError};

use docket_domain::Clock;
use uuid::{ContextV7, Timestamp, Uuid};

/// Makes new ids.
pub trait Ids: Send + Sync {
    /// A new `UUIDv7`: later ones of the same source sort after earlier ones.
    fn uuid(&self) -> Uuid;
}

impl dyn Ids + '_ {
    /// A new id of the kind that is asked for.
    pub fn make<T: From<Uuid>>(&self) -> T {
        T::from(self.uuid())
    }
}

/// `UUIDv7` under a clock, with a counter for ids of the same millisecond.
pub struct SystemIds {
    clock: Arc<dyn Clock>,
    counter: Mutex<ContextV7>,
}

impl SystemIds {
    /// Ids under the time of `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, counter: Mutex::new(ContextV7::new()) }
    }
}

impl Ids for SystemIds {
    fn uuid(&self) -> Uuid {
        let now = self.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let counter = self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*counter, seconds, now.timestamp_subsec_nanos()))
    }
}

/// An id for one request or one logged fault: nothing is decided by it, so it needs no port.
#[expect(clippy::disallowed_methods, reason = "this is the ids' own place")]
pub fn reference() -> Uuid {
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use docket_domain::TaskId;

    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: &dyn Ids = &SystemIds::new(Arc::new(SystemClock));
        let made: Vec<TaskId> = (0..1_000).map(|_| ids.make()).collect();
        assert!(made.is_sorted());
    }
}
