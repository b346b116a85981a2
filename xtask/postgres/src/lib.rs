//! A PostgreSQL server of one's own, in a temporary directory, for as long as a process lives.
//!
//! Tests and benchmarks must not depend on a server that somebody set up by hand, and must not leave
//! one behind. [`PrivateServer::start`] finds PostgreSQL's binaries on the machine, or installs them
//! by the system's package manager, and says so. When the process ends, in whatever way, the server
//! is stopped and its directory is removed.

mod account;
mod binaries;
mod crash;
mod install;
mod server;

pub use binaries::Binaries;
pub use server::PrivateServer;
