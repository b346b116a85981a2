//! Read models: what the log says, arranged for questions.
//!
//! A projection folds events into rows ([`table::Row`]); a runner reads the log page by page, shows the rows that
//! a page touched to the readers of its node, and writes those of several pages, with the position reached, in
//! one transaction. [`ReadModels`] answers questions. Every question but a worker's names its organization.

#[cfg(test)]
extern crate self as docket_projections;

pub mod approval;
pub mod audit;
pub mod breach;
pub mod dashboard;
pub mod member;
pub mod query;
pub mod run;
pub mod table;
pub mod task;
pub mod timer;
pub mod workflow;

mod error;
mod event;
mod micros;
mod plain;
mod projection;
mod read;
mod registry;
mod rows;
mod runner;
mod step;
mod store;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
#[cfg(test)]
mod testing;
mod text;
mod work;

pub use error::{QueryError, ViewsError};
pub use plain::plain;
pub use read::ReadModels;
pub use runner::{
    Difference, EventSource, LogSource, ParkedEvent, ProjectionState, ProjectionStatus,
    Projections, Read, Retried, Skip, SkipRecord,
};
pub use step::Stepwise;
pub use store::{Checkpoint, Turn, Unanswered, Views};
pub use work::WorkId;
