//! What moves the read models on.

mod compare;
mod fold;
mod follow;
mod group;
mod lead;
mod log_source;
mod member;
mod parking;
mod progress;
mod rebuild;
mod retry;
mod run;
mod run_to;
mod source;
mod status;
mod tail;
#[cfg(test)]
mod tampered_tests;
mod writer;

pub use log_source::LogSource;
pub(crate) use member::{Folder, Member};
pub(crate) use parking::Parked;
pub(crate) use progress::Progress;
pub use rebuild::Difference;
pub use retry::{Retried, Skip};
pub use run::Projections;
pub(crate) use source::Coming;
pub use source::{EventSource, Read};
pub use status::{ParkedEvent, ProjectionState, ProjectionStatus, SkipRecord};
