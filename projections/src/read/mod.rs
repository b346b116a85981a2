//! Answers to questions.

mod inbox;
mod members;
mod models;
mod related;
mod workers;

pub use models::ReadModels;
