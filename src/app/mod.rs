//! The server as a whole: its stores, its services, and the order in which they start and stop.

mod error;
mod log;
mod principal;
mod services;
mod settings;
mod start;
mod stores;

pub use error::StartError;
pub use log::LogPlace;
pub use services::Services;
pub use settings::Settings;
pub use start::Running;
pub use stores::{Stores, lock_data_dir, make_homes, master_key, migrate, read_keys, read_log};
