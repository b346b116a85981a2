//! States of long streams, kept so that a load need not begin at the first event.
//!
//! Nothing here ever fails a command: a snapshot that cannot be had, or is of no use, is as good as none.

#[cfg(test)]
mod demo_tests;
mod find;
mod offer;
#[cfg(test)]
mod tests;
mod verify;
mod write;

pub(super) use find::Snapshots;
pub(super) use offer::Replayed;
pub use verify::{SnapshotFault, VerifiedSnapshots};
pub use write::SnapshotWriter;
