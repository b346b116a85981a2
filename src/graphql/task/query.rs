//! What one can ask about tasks.

use async_graphql::{Context, ID, Object, Result};
use docket_domain::OrganizationId;
use docket_projections::query::{Filter, Order, PageRequest};
use docket_projections::task::{TaskRow, columns, priority_rank};

use super::types::{Priority, Task, TaskStatus};
use crate::graphql::api::{Api, Entity};
use crate::graphql::authorization::authorize_at;
use crate::graphql::common::filter::{
    DateTimeFilter, IdFilter, StringFilter, enum_filter, list_filter, list_order,
};
use crate::graphql::common::{ApiError, Connection, Position, page};
use crate::graphql::people::parties;

enum_filter! {
    /// Where a task must stand.
    TaskStatusFilter(TaskStatus)
    |status: TaskStatus| docket_projections::query::Value::Text(docket_projections::task::TaskStatus::from(status).to_string())
}

enum_filter! {
    /// How urgent a task must be.
    PriorityFilter(Priority)
    |priority: Priority| docket_projections::query::Value::Int(priority_rank(priority.into()))
}

list_filter! {
    /// Which tasks a list shows: those for which everything given here holds.
    TaskFilter {
        /// What to do.
        title: StringFilter => columns::TITLE,
        /// Where it stands.
        status: TaskStatusFilter => columns::STATUS,
        /// How urgent it is.
        priority: PriorityFilter => columns::PRIORITY,
        /// Who holds it, by the person's id (`usr_`).
        assignee_user_id: IdFilter => columns::ASSIGNEE,
        /// The run that raised it.
        run_id: IdFilter => columns::RUN_ID,
        /// The key of the step that raised it.
        step_key: StringFilter => columns::STEP_KEY,
        /// When it is due.
        due_at: DateTimeFilter => columns::DUE_AT,
        /// When it was created.
        created_at: DateTimeFilter => columns::CREATED_AT,
        /// When it ended.
        ended_at: DateTimeFilter => columns::ENDED_AT,
    }
}

list_order! {
    /// The order of a list of tasks.
    TaskOrder,
    /// What tasks can be ordered by.
    TaskOrderField {
        /// When it was created.
        CreatedAt => columns::CREATED_AT,
        /// When it is due.
        DueAt => columns::DUE_AT,
        /// How urgent it is, the most urgent first.
        Priority => columns::PRIORITY,
        /// Its title.
        Title => columns::TITLE,
    }
}

/// What one can ask about tasks.
#[derive(Default)]
pub struct TaskQuery;

#[Object]
impl TaskQuery {
    /// The task of this id; null where there is none for you.
    async fn task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The task.")] id: ID,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Option<Task>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        Ok(Task::load(ctx.data_unchecked::<Api>(), by.organization, &id).await?)
    }

    /// The organization's tasks, newest first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which tasks.")] filter: Option<TaskFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<TaskOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Task>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or_else(Order::newest_first, Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        Ok(tasks_where(ctx, by.organization, filter, order, page).await?)
    }

    /// The tasks that you may act on now: those that you hold, and those that nobody holds and you are a
    /// candidate for, by name, by role or by team. The most urgent first where no order is given.
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of every list")]
    async fn task_inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many entries from the front, 1 to 100; 50 where nobody says.")]
        first: Option<i32>,
        #[graphql(desc = "Go on after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many entries from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Go back from this cursor.")] before: Option<String>,
        #[graphql(desc = "Which tasks.")] filter: Option<TaskFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<TaskOrder>,
        #[graphql(
            desc = "The answer shows everything up to here, such as the `position` of a payload."
        )]
        min_position: Option<Position>,
    ) -> Result<Connection<Task>> {
        let by = authorize_at(ctx, ("core", min_position)).await?;
        let page = page(ctx, first, after, last, before)?;
        let order = order_by.map_or(Order::ascending(columns::PRIORITY), Order::from);
        let filter = filter.map_or(Filter::All, Filter::from);
        let views = &ctx.data_unchecked::<Api>().views;
        let inbox = views.task_inbox(by.organization, &parties(&by), filter, order, &page).await;
        Ok(Connection::new(inbox.map_err(ApiError::from)?, |row| Task::new(by.organization, row)))
    }
}

/// The organization's tasks under `filter`.
///
/// # Errors
/// `BAD_USER_INPUT` for what cannot be asked, `UNAVAILABLE`.
pub async fn tasks_where(
    ctx: &Context<'_>,
    organization: OrganizationId,
    filter: Filter,
    order: Order,
    page: PageRequest,
) -> Result<Connection<Task>, ApiError> {
    let api = ctx.data_unchecked::<Api>();
    let rows = api.views.list::<TaskRow>(organization, &filter, order, &page).await?;
    Ok(Connection::new(rows, |row| Task::new(organization, row)))
}
