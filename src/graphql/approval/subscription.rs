//! Approval inboxes as they change.

use async_graphql::{Context, ID, Result, SimpleObject, Subscription};
use docket_domain::organization::Permission;
use docket_projections::approval::ApprovalRow;
use futures::{Stream, TryStreamExt};

use super::Approval;
use crate::graphql::inbox::{InboxChange, InboxUpdate, InboxUpdates};
use crate::graphql::subscribe::Subscriber;

/// A change of your approval inbox.
#[derive(SimpleObject, Debug, Clone)]
pub struct ApprovalUpdate {
    /// Where the subscription is: give it as `after` to go on from here.
    pub cursor: String,
    /// What happened to the entry.
    pub change: InboxChange,
    /// The approval's id: `apr_…`.
    pub approval_id: ID,
    /// The approval, at or after the change; null where it has left your inbox and you may not see it otherwise.
    pub approval: Option<Approval>,
}

impl From<InboxUpdate<ApprovalRow>> for ApprovalUpdate {
    fn from(update: InboxUpdate<ApprovalRow>) -> Self {
        let organization = update.organization;
        Self {
            cursor: update.changed.cursor.encode(),
            change: update.changed.change.into(),
            approval_id: ID(update.changed.id.to_string()),
            approval: update.row.map(|row| Approval::new(organization, row)),
        }
    }
}

/// Approval inboxes as they change.
#[derive(Default)]
pub struct ApprovalSubscription;

#[Subscription]
impl ApprovalSubscription {
    /// Every change of `approvalInbox`, in the order of the log, without gap or duplicate: approvals that come
    /// in, change and leave, also because your roles or teams do. With `after`, first what was missed.
    async fn approval_inbox_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The cursor of the last update that was seen; from now on where nobody says."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<ApprovalUpdate>> + use<>> {
        let (subscriber, by) = Subscriber::begin(ctx).await?;
        let after = subscriber.start(after.as_deref()).await?;
        let inbox =
            InboxUpdates::<ApprovalRow>::open(&subscriber, &by, after, Permission::ApprovalRead)
                .await?;
        Ok(subscriber.updates(after, inbox).map_ok(ApprovalUpdate::from))
    }
}
