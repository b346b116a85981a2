//! How large an organization and its parts may grow.

/// The longest name of an organization, a team or an API key, in characters: names are shown in lists.
pub const MAX_NAME_CHARS: usize = 200;

/// The most members. The whole membership is held in memory on every node, and copied when it changes.
pub const MAX_MEMBERS: usize = 20_000;

/// The most roles of one member; they are compared with the candidates of every piece of work.
pub const MAX_ROLES: usize = 64;

/// The most teams, held in memory with the membership.
pub const MAX_TEAMS: usize = 2_000;

/// The most API keys that are good at a time, held in memory with the membership.
pub const MAX_API_KEYS: usize = 1_000;
