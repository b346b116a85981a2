//! Whether a log is whole.

mod fault;
mod look;

pub use fault::LogFault;
pub use look::{VerifiedLog, verify_log};
