//! What a run does about each command: one file for each, its rule with its tests.

mod cancel_run;
mod complete_step;
mod dispatch;
mod fire_timer;
mod start_run;

pub use complete_step::CompleteStep;
pub(super) use dispatch::decide;
pub use start_run::StartRun;
