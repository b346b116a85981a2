//! What `/health/live` and `/health/ready` answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

/// One thing that the server needs in order to serve: `Err` says what is wrong with it, `Ok` what there is to say
/// otherwise.
type Check = Arc<dyn Fn() -> Result<String, String> + Send + Sync>;

/// What the server needs in order to serve, by name; shared by everything that can fail for a while.
#[derive(Clone, Default)]
pub struct Health {
    checks: Arc<RwLock<BTreeMap<&'static str, Check>>>,
    ending: Arc<AtomicBool>,
}

/// What is told of the server's health.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Each check with `ok`, and what else there is to say, or what is wrong.
    pub checks: BTreeMap<&'static str, String>,
}

impl Health {
    /// Adds a check, which must answer at once: it looks at what is known, it does not try.
    pub fn register(
        &self,
        name: &'static str,
        check: impl Fn() -> Result<(), String> + Send + Sync + 'static,
    ) {
        self.register_told(name, move || check().map(|()| "ok".to_owned()));
    }

    /// The same of a check that has something to say where all is well enough, too.
    pub fn register_told(
        &self,
        name: &'static str,
        check: impl Fn() -> Result<String, String> + Send + Sync + 'static,
    ) {
        let mut checks = self.checks.write().unwrap_or_else(PoisonError::into_inner);
        checks.insert(name, Arc::new(check));
    }

    /// From now on the server is not ready: it serves what it has begun, and ends.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Asks every check.
    pub fn report(&self) -> Report {
        let checks = self.checks.read().unwrap_or_else(PoisonError::into_inner);
        let found: BTreeMap<_, _> = checks.iter().map(|(name, check)| (*name, check())).collect();
        let well = found.values().all(Result::is_ok);
        let told = |state: Result<String, String>| state.unwrap_or_else(|wrong| wrong);
        Report {
            ready: well && !self.ending.load(Ordering::Relaxed),
            checks: found.into_iter().map(|(name, state)| (name, told(state))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_while_every_check_is_well() {
        let health = Health::default();
        let broken = Arc::new(AtomicBool::new(false));
        let seen = broken.clone();
        health.register("log", || Ok(()));
        health.register("views", move || {
            if seen.load(Ordering::Relaxed) { Err("behind".to_owned()) } else { Ok(()) }
        });
        assert!(health.report().ready);
        broken.store(true, Ordering::Relaxed);
        let report = health.report();
        assert!(!report.ready);
        assert_eq!(report.checks["log"], "ok");
        assert_eq!(report.checks["views"], "behind");
    }

    #[test]
    fn it_is_not_ready_once_it_ends() {
        let health = Health::default();
        health.end();
        assert!(!health.report().ready);
    }
}
