//! Snapshots: the state of an aggregate at one event of its stream.
//!
//! They save time and nothing else. One that is missing, damaged, of other code or of another history is as
//! good as none: the state is replayed from the stream.

mod key;
mod store;

pub use key::{STATE_HASH, SnapshotKey, StateSnapshot};
pub use store::SnapshotStore;
