//! Moving tokens: a command sets one off, and the engine moves on until every token waits for somebody.

mod activate;
mod arrive;
mod complete;
mod incident;
mod people;
mod release;
#[cfg(test)]
mod tests;
mod time;
mod tokens;
mod view;

pub(super) use complete::mark;
use incident::Incident;
pub(super) use tokens::Engine;
