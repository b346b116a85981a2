//! Tasks, who may act on them, and what was said about them.

pub mod columns;
mod comment;
mod row;

pub use comment::CommentRow;
pub use row::{TaskRow, TaskStatus, priority_rank};
