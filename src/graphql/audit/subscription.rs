//! Events as they happen.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject, Subscription};
use docket_domain::Acting;
use docket_projections::audit::{AuditRow, columns};
use docket_projections::query::Filter;
use docket_projections::table::{Cell, Column, Row as _};
use futures::Stream;

use super::{AuditEvent, opened};
use crate::graphql::api::Api;
use crate::graphql::common::ApiError;
use crate::graphql::common::filter::{DateTimeFilter, IdFilter, StringFilter, list_filter};
use crate::graphql::subscribe::{Follow, Subscriber};
use crate::live::{Cursor, LiveEvent};

list_filter! {
    /// Which events are delivered: those for which everything given here holds.
    EventFilter {
        /// The id of what it happened to. A run stands for its tasks and approvals, too.
        subject_id: IdFilter => columns::SUBJECT_ID,
        /// Who caused it: `usr_…`, `key_…`, or `docket`.
        actor_id: IdFilter => columns::ACTOR,
        /// What happened, such as `TaskCompleted`.
        r#type: StringFilter => columns::EVENT_TYPE,
        /// The request that it followed from.
        correlation_id: IdFilter => columns::CORRELATION_ID,
        /// When it was recorded.
        recorded_at: DateTimeFilter => columns::RECORDED_AT,
    }
}

/// Something that happened just now, or since the cursor that was given.
#[derive(SimpleObject, Debug, Clone)]
pub struct EventUpdate {
    /// Where the subscription is: give it as `after` to go on from here.
    pub cursor: String,
    /// What happened.
    pub event: AuditEvent,
}

/// Events as they happen.
#[derive(Default)]
pub struct AuditSubscription;

#[Subscription]
impl AuditSubscription {
    /// Everything that happens in the organization, in the order of the log, without gap or duplicate. With
    /// `after`, first what was missed.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The cursor of the last update that was seen; from now on where nobody says."
        )]
        after: Option<String>,
        #[graphql(desc = "Which events.")] filter: Option<EventFilter>,
    ) -> Result<impl Stream<Item = Result<EventUpdate>> + use<>> {
        let (subscriber, _) = Subscriber::begin(ctx).await?;
        let after = subscriber.start(after.as_deref()).await?;
        let filter = filter.map_or(Filter::All, Filter::from);
        Ok(subscriber
            .updates(after, Events { by_subject: filter.looks_at(columns::SUBJECT_ID), filter }))
    }
}

/// The events under a filter.
struct Events {
    filter: Filter,
    /// Whether the filter looks at subjects, for which a run stands for its work.
    by_subject: bool,
}

impl Follow for Events {
    type Update = EventUpdate;

    async fn follow(
        &mut self,
        api: &Api,
        by: &Acting,
        events: &[Arc<LiveEvent>],
    ) -> Result<Vec<EventUpdate>, ApiError> {
        let mut updates = Vec::new();
        for event in events {
            if self.is_wanted(api, event).await? {
                let cursor = Cursor::after(event.stored.position).encode();
                let event = opened(by.organization, &event.stored, &event.recorded);
                updates.push(EventUpdate { cursor, event });
            }
        }
        Ok(updates)
    }
}

impl Events {
    async fn is_wanted(&self, api: &Api, event: &LiveEvent) -> Result<bool, ApiError> {
        if self.filter == Filter::All {
            return Ok(true);
        }
        let run = if self.by_subject { api.history.run_of(event).await? } else { None };
        let row = AuditRow::of(&event.recorded);
        let table = AuditRow::TABLE;
        let cells = |column: Column| -> Vec<Cell> {
            let own = row.cells().into_iter().zip(table.columns).filter(|(_, of)| **of == column);
            let raised_by = (column == columns::SUBJECT_ID).then_some(run).flatten();
            own.map(|(cell, _)| cell).chain(raised_by.map(Cell::text)).collect()
        };
        Ok(self.filter.holds(&cells))
    }
}
