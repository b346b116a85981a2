//! Whether the log is on disk before each answer, as the operating system saw it.
//!
//! While mutations are sent one after another, the server and, where there is one, PostgreSQL are
//! watched by `strace -f -e trace=fdatasync,fsync,sendto,write,writev`. A sync of the log must have come
//! back between each answer and the one before it.

mod check;
mod trace;
mod tracer;

pub use check::{SyncCheck, Synced};
