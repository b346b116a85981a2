//! Task inboxes as they change.

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use docket_domain::organization::Permission;
use docket_projections::task::TaskRow;
use futures::{Stream, TryStreamExt};

use super::Task;
use crate::graphql::inbox::{InboxChange, InboxUpdate, InboxUpdates};
use crate::graphql::subscribe::Subscriber;

/// A change of your task inbox.
#[derive(SimpleObject, Debug, Clone)]
pub struct TaskUpdate {
    /// Where the subscription is: give it as `after` to go on from here.
    pub cursor: String,
    /// What happened to the entry.
    pub change: InboxChange,
    /// The task's id: `task_…`.
    pub task_id: ID,
    /// The task, at or after the change; null where it has left your inbox and you may not see it otherwise.
    pub task: Option<Task>,
}

impl From<InboxUpdate<TaskRow>> for TaskUpdate {
    fn from(update: InboxUpdate<TaskRow>) -> Self {
        let organization = update.organization;
        Self {
            cursor: update.changed.cursor.encode(),
            change: update.changed.change.into(),
            task_id: ID(update.changed.id.to_string()),
            task: update.row.map(|row| Task::new(organization, row)),
        }
    }
}

/// Task inboxes as they change.
#[derive(Default)]
pub struct TaskSubscription;

#[Subscription]
impl TaskSubscription {
    /// Every change of `taskInbox`, in the order of the log, without gap or duplicate: tasks that come
    /// in, change and leave, also because your roles or teams do. With `after`, first what was missed.
    async fn task_inbox_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The cursor of the last update that was seen; from now on where nobody says."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<TaskUpdate>> + use<>> {
        let (subscriber, by) = Subscriber::begin(ctx).await?;
        let after = subscriber.start(after.as_deref()).await?;
        let inbox =
            InboxUpdates::<TaskRow>::open(&subscriber, &by, after, Permission::TaskRead).await?;
        Ok(subscriber.updates(after, inbox).map_ok(TaskUpdate::from))
    }
}
