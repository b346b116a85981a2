//! The server as the real client sees it.
#![cfg(test)]

mod appends;
mod batches;
mod client;
mod connections;
mod deletions;
mod filters;
mod reads;
mod subscriptions;
