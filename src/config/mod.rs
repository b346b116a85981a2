//! The server's configuration: flags over the environment over `docket.toml` over what ships.
//!
//! The one place that reads the environment.

mod check;
mod environment;
mod error;
mod load;
mod pools;
mod secret;
mod settings;
mod show;

pub use check::is_eventstoredb;
pub use error::ConfigError;
pub use load::{Flags, Loaded, load};
pub use pools::Pools;
pub use secret::Secret;
pub use settings::{LogFormat, Settings};
pub use show::Shown;
