//! Tasks.

mod codes;
mod input;
mod mutation;
mod query;
mod types;

pub use mutation::TaskMutation;
pub use query::{TaskOrder, TaskQuery, tasks_where};
pub use types::{Comment, Priority, Task, TaskStatus};
