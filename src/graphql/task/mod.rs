//! Tasks.

mod codes;
mod input;
mod mutation;
mod query;
mod subscription;
mod types;

pub use mutation::TaskMutation;
pub use query::{TaskOrder, TaskQuery, tasks_where};
pub use subscription::TaskSubscription;
pub use types::{Comment, Priority, Task, TaskStatus};
