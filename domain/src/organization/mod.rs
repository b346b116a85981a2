//! The organization: members, the names of their roles, teams, and API keys.

mod events;
mod permission;
mod role;

pub use events::{OrganizationEvent, Scopes};
pub use permission::Permission;
pub use role::{RoleName, RoleNameError, ShippedRole};
