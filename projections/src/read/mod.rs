//! Answers to questions.

mod belongings;
mod breaches;
mod dashboard;
mod dump;
mod inbox;
mod members;
mod models;
mod progress;
mod related;
mod subjects;
mod workers;

pub use models::ReadModels;
