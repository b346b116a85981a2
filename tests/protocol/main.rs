//! GraphQL over HTTP and graphql-transport-ws, as a client sees them, over a schema made for the purpose.

mod client;
mod http;
mod limits;
mod schema;
mod server;
mod websocket;
