//! The people of an organization, its teams and its API keys.

pub mod columns;
mod row;

pub use row::{ApiKeyRow, MemberRow, OrganizationRow, PersonRow, TeamRow};
