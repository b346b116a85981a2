//! GraphQL over HTTP and graphql-transport-ws, as a client sees them, over a schema made for the purpose.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unused_async,
    reason = "a test fails by panicking, and resolvers are async"
)]

mod client;
mod http;
mod limits;
mod schema;
mod server;
mod socket;
mod websocket;
