//! Subjects' data keys: one for each person, run, task or approval that personal data is about.
//!
//! Personal data in events is sealed under its subject's key, so that erasing a subject is destroying a
//! key. Data keys are kept apart from the log, wrapped by the [`MasterKey`].

mod cipher;
mod master;
mod ring;
mod store;

pub(crate) use cipher::DataKey;
pub use master::{MasterKey, MasterKeyError};
pub use ring::KeyRing;
pub(crate) use ring::{Held, unopened};
pub use store::{KeyStore, StoredKey};
