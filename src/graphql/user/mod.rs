//! People, over all organizations.

mod loader;
mod types;

pub use loader::{PersonLoader, person_loader};
pub use types::User;
