//! The server of Docket: configuration, HTTP, GraphQL, and the command bus over the event log.

pub mod app;
pub mod backup;
pub mod bus;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod graphql;
pub mod http;
pub mod identity;
pub mod ids;
pub mod live;
pub mod supervise;
pub mod telemetry;
pub mod workers;
