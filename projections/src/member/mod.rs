//! The people of an organization, its teams and its API keys.

pub mod columns;
mod fold;
mod row;

pub(crate) use fold::Members;
pub use row::{ApiKeyRow, MemberRow, OrganizationRow, PersonRow, TeamRow};
