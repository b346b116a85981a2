//! The GraphQL API: one folder for each slice.

pub mod common;
pub mod limits;
