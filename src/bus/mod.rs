//! The command bus: loads, decides, lets the policies answer, and commits all of it at once; or one stream after the
//! other where a commit of the log is of one stream, with the policies' answers right after that.
//!
//! It knows aggregates only as [`Slice`]s; what is particular to one is in `slices`.

mod answer;
#[cfg(test)]
mod answer_tests;
mod apart;
mod cache;
mod commit;
mod doubt;
mod elsewhere;
mod error;
mod execute;
mod load;
mod locks;
mod request;
mod slice;
mod slices;
mod snapshots;
mod unit;
mod work;

pub use answer::Answered;
pub use error::{BusError, Refusal};
pub use execute::Bus;
pub use request::{Done, IdempotencyKey, Request};
pub use slice::Slice;
pub use slices::WORKFLOW_CODE;
pub use snapshots::{SnapshotFault, SnapshotWriter, VerifiedSnapshots};
pub use unit::Unit;
pub use work::Work;
