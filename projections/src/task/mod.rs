//! Tasks, who may act on them, and what was said about them.

pub mod columns;
mod comment;
mod fold;
mod row;

pub use comment::CommentRow;
pub(crate) use fold::Tasks;
pub use row::{TaskRow, TaskStatus, priority_rank};
