//! Whether a log is whole.

mod fault;
mod look;

pub use fault::LogFault;
pub use look::{LogLook, VerifiedLog, verify_log};
