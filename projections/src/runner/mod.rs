//! What moves the read models on.

mod compare;
mod fold;
mod follow;
mod group;
mod lead;
mod log_source;
mod member;
mod progress;
mod rebuild;
mod run;
mod run_to;
mod source;
mod tail;
#[cfg(test)]
mod tampered_tests;
mod writer;

pub use log_source::LogSource;
pub(crate) use member::{Folder, Member};
pub(crate) use progress::Progress;
pub use rebuild::Difference;
pub use run::Projections;
pub(crate) use source::Coming;
pub use source::{EventSource, Read};
