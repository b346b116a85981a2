//! The whole schema as the running server tells it, and a document for every root field of it: for tests that
//! no new field may escape.

mod document;
mod introspect;
mod samples;

pub use introspect::{Schema, Slot};
pub use samples::{Samples, put};
