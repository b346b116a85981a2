//! Code that the build script makes of the definitions in the client's package.

#![expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "the generators' style is not ours"
)]
#![allow(
    dead_code,
    reason = "not all messages are sent; to expect that of a whole module is no use"
)]

include!(concat!(env!("OUT_DIR"), "/protocol.rs"));

pub(crate) use event_store::client as shared;
pub(crate) use event_store::client::{gossip, server_features, streams};
pub(crate) use google::rpc;
