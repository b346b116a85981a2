//! Why no commit can be made at the moment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::LogError;

/// What the last attempt to write came to. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// Notes what an attempt came to: an error that says that the store cannot be written, or none.
    pub(super) fn note(&self, error: Option<LogError>) {
        let now = error.map(|error| error.to_string());
        let mut known = self.known();
        match (&*known, &now) {
            (None, Some(error)) => tracing::error!(error, "the log takes no commits"),
            (Some(_), None) => tracing::info!("the log takes commits again"),
            _ => {}
        }
        *known = now;
    }

    /// Whether the last attempt failed.
    pub(super) fn is_there(&self) -> bool {
        self.known().is_some()
    }

    /// Why it failed; `None` where it did not.
    pub(super) fn told(&self) -> Option<String> {
        self.known().clone()
    }

    fn known(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
