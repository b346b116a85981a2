//! `kill -9` under many writers, at random moments, again and again.
//!
//! Every writer sends each command under a key of its own. When the server dies, a writer keeps what
//! was not answered, and sends it again under its key after the restart. In the end every command must
//! have taken effect exactly once, and run, task and approval must tell the same story.

pub(crate) mod agree;
pub(crate) mod count;
mod rounds;
mod runs;
mod writer;

pub use rounds::{Crash, Survived};
pub(crate) use writer::Writer;
