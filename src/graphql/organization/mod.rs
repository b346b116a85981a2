//! Organizations: who belongs to one, and what each may do there.

mod codes;
mod input;
mod loader;
mod mutation;
mod query;
mod types;
mod viewer;

pub use loader::{MembershipLoader, membership_loader};
pub use mutation::OrganizationMutation;
pub use query::OrganizationQuery;
pub use types::{ApiKey, Member, Organization};
pub use viewer::Viewer;
