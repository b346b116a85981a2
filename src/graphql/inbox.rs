//! Inboxes as they change.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::Enum;
use docket_domain::organization::Permission;
use docket_domain::{Acting, OrganizationId};

use super::api::Api;
use super::common::ApiError;
use super::subscribe::{Follow, Subscriber};
use crate::live::{self, Cursor, Inbox, InboxChange as Changed, LiveEvent, Waits};

/// What happened to an entry of an inbox.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "live::Change")]
pub enum InboxChange {
    /// It came in: you may act on it from now on.
    Added,
    /// It is still there, and is not as it was.
    Updated,
    /// It waits for you no longer.
    Removed,
}

/// One change of somebody's inbox.
pub struct InboxUpdate<R: Waits> {
    /// The organization of the inbox.
    pub organization: OrganizationId,
    /// What happened, to what.
    pub changed: Changed<R::Id>,
    /// How that stands, at or after the change; `None` where the subscriber may see it no longer.
    pub row: Option<Arc<R>>,
}

/// The changes of the subscriber's inbox of rows `R`.
pub struct InboxUpdates<R> {
    /// `None` for a program, which has no inbox.
    inbox: Option<Inbox>,
    /// What lets the subscriber see what is no longer in the inbox.
    sees: Permission,
    row: PhantomData<fn() -> R>,
}

impl<R: Waits> InboxUpdates<R> {
    /// The inbox of `by` from `after` on; whoever holds `sees` sees what has left it, too.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn open(
        subscriber: &Subscriber,
        by: &Acting,
        after: Cursor,
        sees: Permission,
    ) -> Result<Self, ApiError> {
        let api = &subscriber.api;
        let inbox = match by.user() {
            Some(user) => {
                let known = (Arc::clone(&api.history), Arc::clone(&api.views));
                Some(Inbox::open(known, by.organization, user, after).await?)
            }
            None => None,
        };
        Ok(Self { inbox, sees, row: PhantomData })
    }
}

impl<R: Waits> Follow for InboxUpdates<R> {
    type Update = InboxUpdate<R>;

    async fn follow(
        &mut self,
        api: &Api,
        by: &Acting,
        events: &[Arc<LiveEvent>],
    ) -> Result<Vec<InboxUpdate<R>>, ApiError> {
        let Some(inbox) = &mut self.inbox else { return Ok(Vec::new()) };
        let mut changed = Vec::new();
        for event in events {
            changed.extend(inbox.changes::<R>(event).await?);
        }
        let organization = by.organization;
        let all = by.may(self.sees);
        let shown = |changed: &Changed<R::Id>| all || changed.change != live::Change::Removed;
        let ids: Vec<R::Id> =
            changed.iter().filter(|changed| shown(changed)).map(|changed| changed.id).collect();
        let mut rows = HashMap::new();
        if !ids.is_empty() {
            rows.extend(api.views.get_many::<R>(organization, &ids).await?);
        }
        let update = |changed: Changed<R::Id>| {
            let row = rows.get(&changed.id).filter(|_| shown(&changed)).cloned();
            InboxUpdate { organization, changed, row }
        };
        Ok(changed.into_iter().map(update).collect())
    }
}
