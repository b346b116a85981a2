//! What one request may ask for, checked before anything is executed.
//!
//! A document is first scanned byte by byte, then parsed, then measured; only then does the executor see it.
//! Each step is bounded by the one before.

mod arguments;
mod bounds;
pub mod cost;
mod document;
mod inputs;
mod measure;
mod scan;
mod shape;
mod texts;
mod variables;

pub use bounds::{INTROSPECTION_ALLOWANCE, Limits};
pub use document::Document;
pub use inputs::Inputs;
pub use shape::{FieldShape, Shape};
