//! The task: work for a person, stand-alone or raised by a run's step.

mod aggregate;
mod commands;
mod decide;
mod error;
mod events;
#[cfg(test)]
mod fixture;
mod standing;

pub use aggregate::{Status, Task, Work};
pub use commands::TaskCommand;
pub use decide::assign_task::AssignTask;
pub use decide::cancel_task::CancelTask;
pub use decide::comment_task::CommentTask;
pub use decide::complete_task::CompleteTask;
pub use decide::create_task::CreateTask;
pub use decide::end_by_run::EndByRun;
pub use decide::fire_timer::FireTimer;
pub use error::TaskRefusal;
pub use events::{Origin, Priority, TaskEvent};
