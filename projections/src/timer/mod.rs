//! Timers: what has to be done when a point in time comes.

pub mod columns;
mod row;

pub use row::{DueTimer, PendingTimer, TimerRow, TimerSubject};
