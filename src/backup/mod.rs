//! Backups: everything that cannot be made again, as files that either store can be restored from.
//!
//! A backup is a directory: compressed JSON Lines for each table of the homes `log` and `identity`, and a
//! manifest. The subjects' data keys are in a directory of their own in it, with a manifest of its own, so that
//! they can be kept elsewhere. The master key is never in it, and neither are the read models.

mod create;
mod directory;
mod error;
mod existing;
mod homes;
mod keys;
mod lines;
mod manifest;
mod restore;

pub use create::back_up;
pub use error::BackupError;
pub use existing::{Backup, Keys};
pub use homes::Homes;
pub use manifest::Manifest;
pub use restore::restore;
