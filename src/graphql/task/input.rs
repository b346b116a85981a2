//! What the mutations of tasks take and answer.

use async_graphql::{Context, ID, InputObject, Json, SimpleObject};
use chrono::{DateTime, Utc};
use docket_domain::task::{CompleteTask, CreateTask, TaskCommand};
use docket_domain::{Acting, Assignment, Sla, TaskId};
use serde_json::Value;

use super::codes::{
    AssignTaskErrorCode, CancelTaskErrorCode, ClaimTaskErrorCode, CommentTaskErrorCode,
    CompleteTaskErrorCode, CreateTaskErrorCode, StartTaskErrorCode, UnclaimTaskErrorCode,
};
use super::types::{Priority, Task};
use crate::graphql::common::ApiError;
use crate::graphql::common::payload::Answer;
use crate::graphql::execute::Meta;
use crate::graphql::people::{Unassignable, assignment};

/// A new stand-alone task.
#[derive(InputObject)]
pub struct CreateTaskInput {
    /// What to do, in a few words: 1 to 200 characters.
    pub title: String,
    /// What to do, at length: at most 10,000 characters.
    pub description: Option<String>,
    /// The member who gets it; with neither an assignee nor candidates it is yours.
    pub assignee_id: Option<ID>,
    /// The roles whose holders may claim it.
    pub candidate_roles: Option<Vec<String>>,
    /// How urgent it is.
    #[graphql(default)]
    pub priority: Priority,
    /// When it is due; being late is recorded as an SLA breach.
    pub due_at: Option<DateTime<Utc>>,
    /// The outcomes to choose from when it is completed.
    pub outcomes: Option<Vec<String>>,
    /// A JSON Schema (2020-12) that the data must satisfy when it is completed.
    pub form: Option<Json<Value>>,
    #[graphql(flatten)]
    pub meta: Meta,
}

impl CreateTaskInput {
    /// Whom it is for.
    pub async fn assignment(
        &self,
        ctx: &Context<'_>,
        by: &Acting,
    ) -> Result<Result<Assignment, Unassignable>, ApiError> {
        assignment(ctx, by, self.assignee_id.as_ref(), self.candidate_roles.as_deref()).await
    }

    /// The command, for whoever `assignment` names.
    pub fn into_command(self, task: TaskId, assignment: Assignment) -> TaskCommand {
        TaskCommand::CreateTask(Box::new(CreateTask {
            task,
            title: self.title,
            description: self.description.unwrap_or_default(),
            origin: None,
            assignment,
            priority: self.priority.into(),
            outcomes: self.outcomes.unwrap_or_default(),
            form: self.form.map(|form| form.0),
            sla: Sla { due_at: self.due_at, ..Sla::default() },
        }))
    }
}

/// A task to take.
#[derive(InputObject)]
pub struct ClaimTaskInput {
    /// The task.
    pub id: ID,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A task to give back.
#[derive(InputObject)]
pub struct UnclaimTaskInput {
    /// The task.
    pub id: ID,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A task to begin with.
#[derive(InputObject)]
pub struct StartTaskInput {
    /// The task.
    pub id: ID,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A task that is wanted no longer.
#[derive(InputObject)]
pub struct CancelTaskInput {
    /// The task.
    pub id: ID,
    /// Why: 1 to 1,000 characters.
    pub reason: String,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A task and what to say about it.
#[derive(InputObject)]
pub struct CommentTaskInput {
    /// The task.
    pub id: ID,
    /// What to say: 1 to 10,000 characters.
    pub text: String,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

/// A task and whom to give it to.
#[derive(InputObject)]
pub struct AssignTaskInput {
    /// The task.
    pub id: ID,
    /// The member who gets it.
    pub assignee_id: Option<ID>,
    /// The roles whose holders may claim it.
    pub candidate_roles: Option<Vec<String>>,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

impl AssignTaskInput {
    /// Whom it is for from now on.
    pub async fn assignment(
        &self,
        ctx: &Context<'_>,
        by: &Acting,
    ) -> Result<Result<Assignment, Unassignable>, ApiError> {
        assignment(ctx, by, self.assignee_id.as_ref(), self.candidate_roles.as_deref()).await
    }
}

/// A task and what came of it.
#[derive(InputObject)]
pub struct CompleteTaskInput {
    /// The task.
    pub id: ID,
    /// One of the outcomes that the task names; absent where it names none.
    pub outcome: Option<String>,
    /// The answers to its form: an object.
    pub data: Option<Json<Value>>,
    /// What there is to say about it: at most 10,000 characters.
    pub comment: Option<String>,
    /// The version that you have read; where the task is at another by now, nothing is done.
    pub expected_version: Option<u64>,
    #[graphql(flatten)]
    pub meta: Meta,
}

impl CompleteTaskInput {
    /// The command.
    pub fn into_command(self) -> TaskCommand {
        TaskCommand::CompleteTask(CompleteTask {
            outcome: self.outcome,
            data: self.data.map_or_else(|| Value::Object(serde_json::Map::new()), |data| data.0),
            comment: self.comment,
        })
    }
}

/// What came of creating a task.
#[derive(SimpleObject)]
pub struct CreateTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<CreateTaskErrorCode>,
}

/// What came of claiming a task.
#[derive(SimpleObject)]
pub struct ClaimTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<ClaimTaskErrorCode>,
}

/// What came of giving a task back.
#[derive(SimpleObject)]
pub struct UnclaimTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<UnclaimTaskErrorCode>,
}

/// What came of starting a task.
#[derive(SimpleObject)]
pub struct StartTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<StartTaskErrorCode>,
}

/// What came of cancelling a task.
#[derive(SimpleObject)]
pub struct CancelTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<CancelTaskErrorCode>,
}

/// What came of commenting on a task.
#[derive(SimpleObject)]
pub struct CommentTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<CommentTaskErrorCode>,
}

/// What came of assigning a task.
#[derive(SimpleObject)]
pub struct AssignTaskPayload {
    /// The task.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<AssignTaskErrorCode>,
}

/// What came of completing a task.
#[derive(SimpleObject)]
pub struct CompleteTaskPayload {
    /// The task; its run shows the steps that are active now.
    pub task: Option<Task>,
    #[graphql(flatten)]
    pub answer: Answer<CompleteTaskErrorCode>,
}
