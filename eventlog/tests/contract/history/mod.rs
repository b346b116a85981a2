//! What clients were told while they asked at the same time, and whether one order of their questions explains all of it:
//! linearizability, after Herlihy and Wing (1990).

mod client;
mod operation;
mod search;

pub use client::record;
pub use operation::{State, Told};
pub use search::is_explained;
