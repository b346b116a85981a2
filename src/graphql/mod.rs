//! The GraphQL API: one folder for each slice.

pub mod actor;
pub mod api;
pub mod approval;
pub mod audit;
pub mod authorization;
pub mod breach;
pub mod common;
pub mod dashboard;
pub mod execute;
pub mod inbox;
pub mod limits;
pub mod loader;
pub mod neighbours;
pub mod node;
pub mod organization;
pub mod people;
pub mod refusal;
pub mod run;
pub mod schema;
pub mod session;
pub mod subscribe;
pub mod system;
pub mod task;
pub mod team;
pub mod user;
pub mod workflow;
