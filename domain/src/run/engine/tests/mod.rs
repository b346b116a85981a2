//! What the engine does, pattern by pattern.

mod blocks;
mod incidents;
mod joins;
mod people_and_times;
mod properties;
mod routing;
mod variables;
