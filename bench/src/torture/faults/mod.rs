//! What can go wrong, each made to happen and to end.

mod answer_lost;
mod leader_lost;
mod network_cut;
mod postgres_killed;
mod server_killed;

use anyhow::Result;
use rand::rngs::StdRng;

pub(super) use answer_lost::AnswerLost;
pub(super) use leader_lost::LeaderLost;
pub(super) use network_cut::NetworkCut;
pub(super) use postgres_killed::PostgresKilled;
pub(super) use server_killed::ServerKilled;

use super::site::Site;

/// Something that goes wrong.
pub(super) trait Fault {
    /// Has it go wrong, and end: afterwards, somebody must get on.
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()>;
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum FaultName {
    /// `kill -9` of the server.
    ServerKilled,
    /// The connection is lost while a batch is committed.
    AnswerLost,
    /// `kill -9` of PostgreSQL, and an immediate restart.
    PostgresKilled,
    /// The network between node and PostgreSQL is cut, or goes silent.
    NetworkCut,
    /// The node that leads is killed, or paused beyond its lease and resumed.
    LeaderLost,
}

impl FaultName {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::ServerKilled,
        Self::AnswerLost,
        Self::PostgresKilled,
        Self::NetworkCut,
        Self::LeaderLost,
    ];

    /// As the table has it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ServerKilled => "kill -9 of the server",
            Self::AnswerLost => "connection lost during a commit",
            Self::PostgresKilled => "kill -9 of PostgreSQL, restarted at once",
            Self::NetworkCut => "network to PostgreSQL cut or silent",
            Self::LeaderLost => "leader killed, or paused beyond its lease",
        }
    }

    /// How often it strikes in the whole program, and in the quick one; on each store.
    pub fn strikes(self) -> (u32, u32) {
        match self {
            Self::ServerKilled => (100, 5),
            Self::AnswerLost => (20, 5),
            Self::PostgresKilled => (20, 2),
            Self::NetworkCut => (50, 4),
            Self::LeaderLost => (30, 2),
        }
    }

    /// Whether the embedded store can meet it too.
    pub fn is_of_every_store(self) -> bool {
        self == Self::ServerKilled
    }
}
