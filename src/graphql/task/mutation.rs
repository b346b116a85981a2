//! What one can do with tasks.

use async_graphql::{Context, Object, Result};
use docket_domain::TaskId;
use docket_domain::task::{AssignTask, CancelTask, CommentTask, Task as Aggregate, TaskCommand};

use super::codes::{
    AssignTaskErrorCode, CancelTaskErrorCode, ClaimTaskErrorCode, CommentTaskErrorCode,
    CompleteTaskErrorCode, CreateTaskErrorCode, StartTaskErrorCode, UnclaimTaskErrorCode,
};
use super::input::{
    AssignTaskInput, AssignTaskPayload, CancelTaskInput, CancelTaskPayload, ClaimTaskInput,
    ClaimTaskPayload, CommentTaskInput, CommentTaskPayload, CompleteTaskInput, CompleteTaskPayload,
    CreateTaskInput, CreateTaskPayload, StartTaskInput, StartTaskPayload, UnclaimTaskInput,
    UnclaimTaskPayload,
};
use crate::graphql::execute::Call;

/// What one can do with tasks.
#[derive(Default)]
pub struct TaskMutation;

#[Object]
impl TaskMutation {
    /// Creates a stand-alone task. With neither an assignee nor candidates it is the caller's own.
    async fn create_task(
        &self,
        ctx: &Context<'_>,
        input: CreateTaskInput,
    ) -> Result<Option<CreateTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let id: TaskId = call.request.ids().id("task", 0);
        let called = match input.assignment(ctx, &call.request.by).await? {
            Err(error) => call.refused::<CreateTaskErrorCode>(vec![error.user_error()?]),
            Ok(assignment) => {
                call.create::<Aggregate, _>(id, input.into_command(id, assignment)).await?
            }
        };
        Ok(Some(CreateTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Takes a task that the caller is a candidate for. Nobody else can take it then.
    async fn claim_task(
        &self,
        ctx: &Context<'_>,
        input: ClaimTaskInput,
    ) -> Result<Option<ClaimTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let called = call
            .change::<Aggregate, ClaimTaskErrorCode>(
                &input.id,
                input.expected_version,
                TaskCommand::ClaimTask,
            )
            .await?;
        Ok(Some(ClaimTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Gives a task back to its candidates: its holder does, or somebody with `task:manage`.
    async fn unclaim_task(
        &self,
        ctx: &Context<'_>,
        input: UnclaimTaskInput,
    ) -> Result<Option<UnclaimTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = TaskCommand::UnclaimTask;
        let called = call
            .change::<Aggregate, UnclaimTaskErrorCode>(&input.id, input.expected_version, command)
            .await?;
        Ok(Some(UnclaimTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Says that the caller is at work on a task. A candidate who starts a task that nobody holds takes it.
    async fn start_task(
        &self,
        ctx: &Context<'_>,
        input: StartTaskInput,
    ) -> Result<Option<StartTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = TaskCommand::StartTask;
        let called = call
            .change::<Aggregate, StartTaskErrorCode>(&input.id, input.expected_version, command)
            .await?;
        Ok(Some(StartTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Cancels a stand-alone task: whoever created it does, or somebody with `task:manage`. A task that a run
    /// raised ends with its step.
    async fn cancel_task(
        &self,
        ctx: &Context<'_>,
        input: CancelTaskInput,
    ) -> Result<Option<CancelTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = TaskCommand::CancelTask(CancelTask { reason: input.reason });
        let called = call
            .change::<Aggregate, CancelTaskErrorCode>(&input.id, input.expected_version, command)
            .await?;
        Ok(Some(CancelTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Says something about a task, also after its end.
    async fn comment_task(
        &self,
        ctx: &Context<'_>,
        input: CommentTaskInput,
    ) -> Result<Option<CommentTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let command = TaskCommand::CommentTask(CommentTask { text: input.text });
        let called = call
            .change::<Aggregate, CommentTaskErrorCode>(&input.id, input.expected_version, command)
            .await?;
        Ok(Some(CommentTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Gives a task to a member, or to whoever holds a role. Whoever holds it passes it on, whoever created it
    /// decides whom it is for; anybody else needs `task:manage`.
    async fn assign_task(
        &self,
        ctx: &Context<'_>,
        input: AssignTaskInput,
    ) -> Result<Option<AssignTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let called = match input.assignment(ctx, &call.request.by).await? {
            Err(error) => call.refused::<AssignTaskErrorCode>(vec![error.user_error()?]),
            Ok(assignment) => {
                let command = TaskCommand::AssignTask(AssignTask { assignment });
                call.change::<Aggregate, _>(&input.id, input.expected_version, command).await?
            }
        };
        Ok(Some(AssignTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }

    /// Completes a task: its holder says what came of it, or a candidate while nobody holds it. A task that a
    /// run raised moves that run in the same commit, or right after it where a commit of the log is of one
    /// stream, as on EventStoreDB.
    async fn complete_task(
        &self,
        ctx: &Context<'_>,
        input: CompleteTaskInput,
    ) -> Result<Option<CompleteTaskPayload>> {
        let call = Call::begin(ctx, &input, &input.meta).await?;
        let called = call
            .change::<Aggregate, CompleteTaskErrorCode>(
                &input.id.clone(),
                input.expected_version,
                input.into_command(),
            )
            .await?;
        Ok(Some(CompleteTaskPayload { task: called.entity("task").await, answer: called.answer }))
    }
}
