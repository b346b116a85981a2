//! A run of an example, driven by what people do.

mod people;
mod run;

pub use run::{Walk, example};
