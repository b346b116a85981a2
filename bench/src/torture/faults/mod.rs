//! What can go wrong, each made to happen and to end.

mod commit_lost;
mod disk_full;
mod failpoint;
mod fault;
mod leader_lost;
mod name;
mod network_cut;
mod postgres_killed;
mod server_killed;

pub(super) use commit_lost::CommitLost;
pub(super) use disk_full::{DiskFull, SmallDisk};
pub(super) use failpoint::Failpoint;
pub(super) use fault::Fault;
pub(super) use leader_lost::LeaderLost;
pub use name::FaultName;
pub(super) use network_cut::NetworkCut;
pub(super) use postgres_killed::PostgresKilled;
pub(super) use server_killed::ServerKilled;
