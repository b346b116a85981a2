//! One file for each thing that may be asked of a task: its rule, its refusals, its tests.

pub(super) mod assign_task;
pub(super) mod cancel_task;
mod claim_task;
pub(super) mod comment_task;
pub(super) mod complete_task;
pub(super) mod create_task;
mod dispatch;
pub(super) mod end_by_run;
pub(super) mod fire_timer;
mod start_task;
mod unclaim_task;

pub(super) use dispatch::decide;
