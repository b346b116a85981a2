//! What an event does to somebody's inbox.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use docket_domain::organization::Organization;
use docket_domain::{OrganizationId, UserId};
use docket_projections::approval::ApprovalRow;
use docket_projections::query::{Filter, Order, PageRequest};
use docket_projections::table::{Parties, Party, Relation};
use docket_projections::task::TaskRow;
use docket_projections::{ReadModels, Stepwise};
use uuid::Uuid;

use super::{Around, Cursor, History, LiveEvent};
use crate::graphql::common::ApiError;

/// Rows that are looked at at a time when somebody's roles or teams change.
const PAGE: u32 = 100;

/// What happened to an entry of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It came in.
    Added,
    /// It is still there, and is not as it was.
    Updated,
    /// It waits no longer.
    Removed,
}

/// One change of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxChange<I> {
    /// Where the subscriber is once this is delivered.
    pub cursor: Cursor,
    /// What happened.
    pub change: Change,
    /// To what.
    pub id: I,
}

/// Rows that wait in inboxes.
pub trait Waits: Stepwise {
    /// The bits of its id.
    fn uuid(&self) -> Uuid;
    /// When it began.
    fn began_at(&self) -> DateTime<Utc>;
    /// How it stood around `event`; `None` where that happened to something else.
    fn around(
        history: &History,
        event: &LiveEvent,
    ) -> impl Future<Output = Result<Option<Around<Self>>, ApiError>> + Send;
}

impl Waits for TaskRow {
    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn began_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    async fn around(
        history: &History,
        event: &LiveEvent,
    ) -> Result<Option<Around<Self>>, ApiError> {
        history.task(event).await
    }
}

impl Waits for ApprovalRow {
    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn began_at(&self) -> DateTime<Utc> {
        self.requested_at
    }

    async fn around(
        history: &History,
        event: &LiveEvent,
    ) -> Result<Option<Around<Self>>, ApiError> {
        history.approval(event).await
    }
}

/// Somebody's inbox, as events change it.
pub struct Inbox {
    history: Arc<History>,
    views: Arc<ReadModels>,
    organization: OrganizationId,
    user: UserId,
    after: Cursor,
    /// What the person is at the event that was looked at last.
    parties: Parties,
}

impl Inbox {
    /// The inbox of `user` as it stood at `after`.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log cannot be read.
    pub async fn open(
        (history, views): (Arc<History>, Arc<ReadModels>),
        organization: OrganizationId,
        user: UserId,
        after: Cursor,
    ) -> Result<Self, ApiError> {
        let state = history.organization_at(organization, after.delivered()).await?;
        let parties = parties(state.as_deref(), user);
        Ok(Self { history, views, organization, user, after, parties })
    }

    /// What `event`, which comes after those that were looked at, changes; in the order of ids.
    ///
    /// # Errors
    /// `UNAVAILABLE` where the log or the read models cannot be read.
    pub async fn changes<R: Waits>(
        &mut self,
        event: &LiveEvent,
    ) -> Result<Vec<InboxChange<R::Id>>, ApiError> {
        if let Some(Around { before, after }) = R::around(&self.history, event).await? {
            let waits = |row: Option<&R>| row.is_some_and(|row| self.waits(row, &self.parties));
            let change = change(waits(before.as_deref()), waits(after.as_deref()));
            let row = after.or(before);
            let cursor = Cursor::after(event.stored.position);
            let changed = row.zip(change);
            let changed = changed.map(|(row, change)| InboxChange { cursor, change, id: row.id() });
            return Ok(changed.into_iter().collect());
        }
        let Some(around) = self.history.organization(event).await? else { return Ok(Vec::new()) };
        let now = parties(around.after.as_deref(), self.user);
        if now == self.parties {
            return Ok(Vec::new());
        }
        let was = std::mem::replace(&mut self.parties, now);
        self.regrouped::<R>(event, &was).await
    }

    /// What comes in and goes out because the person is somebody else now than before: of what there is now
    /// and was there then.
    async fn regrouped<R: Waits>(
        &self,
        event: &LiveEvent,
        was: &Parties,
    ) -> Result<Vec<InboxChange<R::Id>>, ApiError> {
        let related = |parties| Filter::related(parties, Relation::Acts);
        let filter = Filter::Or(vec![related(was), related(&self.parties)]);
        let mut rows: Vec<Arc<R>> = Vec::new();
        let mut page = PageRequest::first(PAGE);
        loop {
            let found =
                self.views.list::<R>(self.organization, &filter, Order::oldest_first(), &page);
            let found = found.await?;
            page.after = found.edges.last().map(|edge| edge.cursor.clone());
            rows.extend(found.nodes().cloned());
            if !found.has_next {
                break;
            }
        }
        rows.retain(|row| row.began_at() <= event.recorded.recorded_at);
        rows.sort_by_key(|row| row.uuid());
        Ok(self.numbered(event.stored.position, &rows, was))
    }

    fn numbered<R: Waits>(
        &self,
        position: u64,
        rows: &[Arc<R>],
        was: &Parties,
    ) -> Vec<InboxChange<R::Id>> {
        let done = if self.after.position == position { self.after.within } else { None };
        let changed = rows.iter().filter(|row| done.is_none_or(|done| row.uuid() > done));
        let changed = changed.filter_map(|row| {
            let change = change(self.waits(&**row, was), self.waits(&**row, &self.parties))?;
            let within = Cursor { position, within: Some(row.uuid()) };
            let moved = change != Change::Updated;
            moved.then(|| InboxChange { cursor: within, change, id: row.id() })
        });
        let mut changed: Vec<_> = changed.collect();
        if let Some(last) = changed.last_mut() {
            last.cursor = Cursor::after(position);
        }
        changed
    }

    fn waits<R: Waits>(&self, row: &R, parties: &Parties) -> bool {
        let keys = row.parties();
        let barred = Relation::Barred.key(&Party::User(self.user));
        parties.keys(Relation::Acts).iter().any(|key| keys.contains(key)) && !keys.contains(&barred)
    }
}

const fn change(before: bool, after: bool) -> Option<Change> {
    match (before, after) {
        (false, true) => Some(Change::Added),
        (true, true) => Some(Change::Updated),
        (true, false) => Some(Change::Removed),
        (false, false) => None,
    }
}

/// What `user` is in the organization; nobody where it knows no such person.
fn parties(organization: Option<&Organization>, user: UserId) -> Parties {
    let acting = organization.and_then(|organization| organization.acting_as(user));
    acting.map_or_else(Parties::default, |by| Parties::of(user, &by.roles, &by.teams))
}
