//! Power loss under the embedded store.
//!
//! A whole run of the real server is recorded by strace: what it writes and syncs in its data directory, and which
//! answers leave. From the one record, the directory is rebuilt as the disk may have it after a loss of power at any
//! moment: all that was synced is there; of what was written since, each write is kept, dropped or torn. The real server
//! must get on with every such directory, and have all that it had acknowledged by then.

mod call;
mod disk;
mod recording;
mod reopen;
mod strikes;
mod trace;
mod tracer;

pub(super) use strikes::endure;
