//! How far the read models are.

use std::time::Duration;

use tokio::sync::watch;

use super::ReadModels;
use crate::error::ViewsError;
use crate::registry::{Entry, PROJECTIONS};
use crate::table::Row;

impl ReadModels {
    /// The position that a group, or the group of a projection, has reached in the database, as it moves.
    ///
    /// # Errors
    /// `UnknownProjection`.
    pub fn applied(&self, name: &str) -> Result<watch::Receiver<u64>, ViewsError> {
        let group = Entry::named(name).map_or(name, |entry| entry.group);
        self.views.progress.applied(group)
    }

    /// Waits until a group, or a projection, has reached `position`, at most `within`; answers whether it
    /// has. Of a group, every projection must have.
    pub async fn wait_until(&self, name: &str, position: u64, within: Duration) -> bool {
        let mut waited = false;
        for entry in PROJECTIONS.iter().filter(|e| e.name == name || e.group == name) {
            // All projections of a group move together: only the first wait takes time.
            if self.views.progress.wait(entry, position, within).await.is_err() {
                return false;
            }
            waited = true;
        }
        waited
    }

    /// Waits until the projection that keeps the rows `R` has reached `position`.
    ///
    /// # Errors
    /// `Behind` when it has not, `within` that time.
    pub async fn wait_for<R: Row>(
        &self,
        position: u64,
        within: Duration,
    ) -> Result<(), ViewsError> {
        let entry = Entry::named(R::PROJECTION)
            .ok_or_else(|| ViewsError::UnknownProjection(R::PROJECTION.to_owned()))?;
        self.views.progress.wait(entry, position, within).await
    }
}
