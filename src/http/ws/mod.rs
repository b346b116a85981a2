//! The graphql-transport-ws protocol: operations and their answers over one WebSocket.
//!
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>

mod close;
mod message;
mod open;
mod operations;
mod socket;

pub use open::{is_upgrade, open};
