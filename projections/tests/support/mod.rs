//! What the tests of this crate share: made-up logs, and fresh databases on both kinds.

#![allow(dead_code, reason = "no test uses all of it")]

pub mod approvals;
pub mod history;
pub mod lists;
pub mod running;
pub mod runs;
pub mod source;
pub mod store;
pub mod tasks;
pub mod world;
