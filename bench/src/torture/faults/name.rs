//! The faults that can be asked for.

use crate::store::Kind;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum FaultName {
    /// `kill -9` of the server.
    ServerKilled,
    /// The server dies at each of the named places of the append and projection paths.
    Failpoint,
    /// The connection is lost while a batch is committed.
    CommitLost,
    /// `kill -9` of PostgreSQL, and an immediate restart.
    PostgresKilled,
    /// The network between node and PostgreSQL is cut, or goes silent.
    NetworkCut,
    /// The node that leads is killed, or paused beyond its lease and resumed.
    LeaderLost,
    /// The disk is full.
    DiskFull,
    /// The power is lost, and with it what was not synced.
    PowerLoss,
}

impl FaultName {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::ServerKilled,
        Self::Failpoint,
        Self::CommitLost,
        Self::PostgresKilled,
        Self::NetworkCut,
        Self::LeaderLost,
        Self::DiskFull,
        Self::PowerLoss,
    ];

    /// As the table has it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ServerKilled => "kill -9 of the server",
            Self::Failpoint => "server dead at a named failpoint",
            Self::CommitLost => "connection lost during a commit",
            Self::PostgresKilled => "kill -9 of PostgreSQL, restarted at once",
            Self::NetworkCut => "network to PostgreSQL cut or silent",
            Self::DiskFull => "disk full while appending",
            Self::LeaderLost => "leader killed, or paused beyond its lease",
            Self::PowerLoss => "power lost: dropped and torn writes",
        }
    }

    /// How often it strikes in the whole program, and in the quick one; on each store.
    pub fn strikes(self) -> (u32, u32) {
        match self {
            Self::ServerKilled => (100, 5),
            // Each place three times.
            Self::Failpoint => (18, 6),
            Self::CommitLost => (20, 4),
            Self::PostgresKilled => (20, 2),
            Self::NetworkCut => (50, 4),
            Self::LeaderLost => (30, 2),
            Self::DiskFull => (5, 1),
            Self::PowerLoss => (20, 3),
        }
    }

    /// Whether a store of this kind meets it: the embedded one has no server, no network and no other node, and the
    /// disk below PostgreSQL is its own affair.
    pub fn is_of(self, kind: Kind) -> bool {
        match self {
            Self::ServerKilled | Self::Failpoint => true,
            Self::DiskFull | Self::PowerLoss => kind == Kind::Sqlite,
            Self::CommitLost | Self::PostgresKilled | Self::NetworkCut | Self::LeaderLost => {
                kind == Kind::Postgres
            }
        }
    }
}
