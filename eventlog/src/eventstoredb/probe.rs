//! Trying whether the server takes what is written: without a quorum, or with a full disk, it goes on to be read.

use eventstore::ExpectedRevision;
use serde::{Deserialize, Serialize};

use super::note::Note;
use super::open::{EventStoreDb, unavailable};
use crate::LogError;

/// That somebody tried.
#[derive(Debug, Serialize, Deserialize)]
struct Probe {}

impl Note for Probe {
    fn kind(&self) -> &'static str {
        "Probed"
    }
}

impl EventStoreDb {
    /// Writes a note that means nothing to a stream of its own: one for each time that the server takes it.
    pub(super) async fn probe(&self) -> Result<(), LogError> {
        let taken = self.note(&self.names.probe(), ExpectedRevision::Any, Probe {}).await?;
        if taken { Ok(()) } else { Err(unavailable("EventStoreDB takes nothing that is written")) }
    }
}
