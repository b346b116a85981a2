//! HTTP and WebSocket over the GraphQL executor: thin, and to the letter of the specifications.
//!
//! GraphQL over HTTP (POST and GET `/graphql`), graphql-transport-ws on the same path, `/health/live`,
//! `/health/ready` and `/metrics`. Nothing here knows a slice of the API: requests go to an [`Engine`],
//! callers come from an [`Authenticator`].

mod answer;
mod auth;
mod body;
mod call;
mod engine;
mod envelope;
mod health;
mod media;
mod reply;
mod route;
mod sender;
mod server;
mod state;
mod ws;

pub use answer::Answer;
pub use auth::{Authenticator, Principal};
pub use call::{Call, RequestInfo};
pub use engine::{Engine, SchemaEngine};
pub use health::Health;
pub use server::{ServerHandle, serve};
pub use state::{Mode, State};
