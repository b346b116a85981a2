//! Teams: groups of members to which work can be given.

mod codes;
mod input;
mod mutation;
mod types;

pub use mutation::TeamMutation;
pub use types::Team;
