//! Timers: what has to be done when a point in time comes.

pub mod columns;
mod fold;
mod row;

pub(crate) use fold::Timers;
pub use row::{DueTimer, PendingTimer, TimerRow, TimerSubject};
