//! How many connections to PostgreSQL a server may have.

use std::ops::RangeInclusive;

use super::{ConfigError, Settings};

/// The most connections of one server, by what they are for. Each pool opens them as they are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pools {
    /// Those that read the log, those for the keys and those for the snapshots: this many of each.
    pub log: u32,
    /// Those that read the read models; eight more write them.
    pub views: u32,
    /// Those for sessions and passwords.
    pub identity: u32,
}

/// With one connection, whoever holds it would keep all others waiting; PostgreSQL itself is at its end far below the
/// most.
const BOUNDS: RangeInclusive<u32> = 2..=500;

impl Pools {
    /// What holds where nothing is said.
    pub const DEFAULT: Self = Self { log: 16, views: 16, identity: 8 };
}

impl Default for Pools {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl From<&Settings> for Pools {
    fn from(settings: &Settings) -> Self {
        Self {
            log: settings.log_connections,
            views: settings.views_connections,
            identity: settings.identity_connections,
        }
    }
}

impl Settings {
    /// Refuses numbers of connections that no server could work with.
    pub(super) fn check_pools(&self) -> Result<(), ConfigError> {
        let pools = [
            ("log_connections", self.log_connections),
            ("views_connections", self.views_connections),
            ("identity_connections", self.identity_connections),
        ];
        match pools.into_iter().find(|(_, connections)| !BOUNDS.contains(connections)) {
            Some((key, connections)) => {
                let (least, most) = (BOUNDS.start(), BOUNDS.end());
                let message = format!("{connections} is not from {least} to {most}");
                Err(ConfigError::Nonsense { key, message })
            }
            None => Ok(()),
        }
    }
}
