//! Load, baselines and crash checks against the real Docket server.
//!
//! Everything here is a client: it starts the released binary, speaks HTTP to it, and trusts nothing
//! that it has not read back.

pub mod approval_run;
pub mod baseline;
pub mod command;
pub mod crash;
pub mod graphql;
pub mod http;
pub mod machine;
pub mod organization;
pub mod report;
pub mod scenario;
pub mod server;
pub mod settle;
pub mod store;
pub mod sync_check;
pub mod torture;
pub mod verify;
