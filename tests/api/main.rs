//! Black-box tests: the real server over a fresh store, through its public API.
#![cfg(test)]

mod backup;
mod cli;
mod consistency;
mod eventstoredb;
mod examples;
mod identity;
mod input;
mod isolation;
mod nodes;
mod older_shapes;
mod procurement;
mod released_data;
mod roles;
mod schema;
mod snapshots;
mod stand_alone;
mod statements;
mod subscriptions;
mod support;
mod tasks;
mod tls;
