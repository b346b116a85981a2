//! The server of Docket: configuration, HTTP, GraphQL, and the command bus over the event log.

pub mod clock;
pub mod graphql;
pub mod http;
pub mod ids;
pub mod supervise;
