//! One file for each thing that may be asked of an approval: its rule, its refusals, its tests.

pub(super) mod cast_vote;
mod dispatch;
pub(super) mod end_by_run;
pub(super) mod fire_timer;
pub(super) mod request_approval;
pub(super) mod withdraw;

pub(super) use dispatch::decide;
