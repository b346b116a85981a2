//! What an event does to somebody's inbox.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use docket_domain::organization::Organization;
use docket_domain::{OrganizationId, UserId};
use docket_projections::approval::{self, ApprovalRow};
use docket_projections::query::{Comparator, Filter, Order, PageRequest, Value};
use docket_projections::table::{Column, Parties, Party, Relation};
use docket_projections::task::{self, TaskRow};
use docket_projections::{ReadModels, Stepwise};
use uuid::Uuid;

use super::replayed::Replayed;
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
pub trait Waits: Stepwise + Replayed {
    /// When it ended.
    const ENDED_AT: Column;
    /// The bits of its id.
    fn uuid(&self) -> Uuid;
    /// How it stood around `event`; `None` where that happened to something else.
    fn around(
        history: &History,
        event: &LiveEvent,
    ) -> impl Future<Output = Result<Option<Around<Self>>, ApiError>> + Send;
}

impl Waits for TaskRow {
    const ENDED_AT: Column = task::columns::ENDED_AT;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    async fn around(
        history: &History,
        event: &LiveEvent,
    ) -> Result<Option<Around<Self>>, ApiError> {
        history.task(event).await
    }
}

impl Waits for ApprovalRow {
    const ENDED_AT: Column = approval::columns::DECIDED_AT;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
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
        let state = history.at(organization, organization, after.delivered()).await?;
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

    /// What comes in and goes out because the person is somebody else now than before, as everything stood at
    /// `event`: what has ended or changed since is judged by what it was.
    async fn regrouped<R: Waits>(
        &self,
        event: &LiveEvent,
        was: &Parties,
    ) -> Result<Vec<InboxChange<R::Id>>, ApiError> {
        let position = event.stored.position;
        let done = if self.after.position == position { self.after.within } else { None };
        let mut changed = Vec::new();
        for (uuid, id) in self.concerned::<R>(event, was).await? {
            if done.is_some_and(|done| uuid <= done) {
                continue;
            }
            let Some(row) = self.history.at::<R>(self.organization, id, position).await? else {
                continue;
            };
            let waits = |parties| self.waits(&*row, parties);
            if let Some(change) = change(waits(was), waits(&self.parties))
                && change != Change::Updated
            {
                let cursor = Cursor { position, within: Some(uuid) };
                changed.push(InboxChange { cursor, change, id });
            }
        }
        if let Some(last) = changed.last_mut() {
            last.cursor = Cursor::after(position);
        }
        Ok(changed)
    }

    /// The ids of what the person had or has to do with and had not ended at `event`, in order.
    async fn concerned<R: Waits>(
        &self,
        event: &LiveEvent,
        was: &Parties,
    ) -> Result<BTreeMap<Uuid, R::Id>, ApiError> {
        let saw = |parties| Filter::related(parties, Relation::Sees);
        let at = Value::Time(event.recorded.recorded_at);
        let filter = Filter::And(vec![
            Filter::Or(vec![saw(was), saw(&self.parties)]),
            Filter::Or(vec![
                Filter::Compare(R::ENDED_AT, Comparator::IsNull(true)),
                Filter::Compare(R::ENDED_AT, Comparator::Gte(at)),
            ]),
        ]);
        let (mut ids, mut page) = (BTreeMap::new(), PageRequest::first(PAGE));
        loop {
            let order = Order::oldest_first();
            let found = self.views.list::<R>(self.organization, &filter, order, &page).await?;
            page.after = found.edges.last().map(|edge| edge.cursor.clone());
            ids.extend(found.nodes().map(|row| (row.uuid(), row.id())));
            if !found.has_next {
                return Ok(ids);
            }
        }
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
