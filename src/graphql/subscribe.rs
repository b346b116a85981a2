//! From an organization's commits to a subscription's updates.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Result};
use docket_domain::Acting;
use docket_eventlog::LogError;
use futures::Stream;
use futures::stream::try_unfold;

use super::api::Api;
use super::authorization::{acting_since, caller, permit};
use super::common::ApiError;
use crate::identity::Caller;
use crate::live::{Cursor, Feed, LiveEvent};

/// A sequence that no organization reaches: who may do what is read again.
pub const UNKNOWN: u64 = u64::MAX;

/// How long a subscription waits after the log could not be read.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Whoever has subscribed to a root field.
pub struct Subscriber {
    /// What resolvers reach the rest of the server through.
    pub api: Api,
    caller: Caller,
    field: String,
    /// The end of the log, as far as this node knew, when the subscription was asked for.
    began: u64,
}

/// What a subscription makes of an organization's commits.
pub trait Follow: Send + 'static {
    /// What is delivered.
    type Update: Send;

    /// What follows from events of one commit, in order; the read models show the commit.
    ///
    /// # Errors
    /// Those that end the subscription.
    fn follow(
        &mut self,
        api: &Api,
        by: &Acting,
        events: &[Arc<LiveEvent>],
    ) -> impl Future<Output = Result<Vec<Self::Update>, ApiError>> + Send;
}

impl Subscriber {
    /// The caller, who may subscribe to this root field.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` without a good token, `FORBIDDEN` without the permission that the field needs.
    pub async fn begin(ctx: &Context<'_>) -> Result<(Self, Acting), ApiError> {
        let api = ctx.data_unchecked::<Api>().clone();
        let field = ctx.field().name().to_owned();
        let began = *api.bus.log().head().borrow();
        let subscriber = Self { api, caller: caller(ctx)?, field, began };
        let by = subscriber.still(UNKNOWN).await?;
        Ok((subscriber, by))
    }

    /// The caller with the authority that the organization gives now, once its events up to `sequence` count.
    ///
    /// # Errors
    /// As [`Self::begin`]: losing a permission ends what depended on it.
    pub async fn still(&self, sequence: u64) -> Result<Acting, ApiError> {
        let by = acting_since(&self.api, self.caller, sequence).await?;
        permit(&by, "Subscription", &self.field)?;
        Ok(by)
    }

    /// Where the subscription begins: at the cursor that a client gave, or where the log ended when it asked.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is no cursor of this log, `UNAVAILABLE` where it cannot be read.
    pub async fn start(&self, after: Option<&str>) -> Result<Cursor, ApiError> {
        let log = self.api.bus.log();
        let known = *log.head().borrow();
        let after = after.map_or(Ok(Cursor::after(self.began)), Cursor::decode)?;
        // Another node may have appended what this one has not heard of yet.
        if after.position > known && after.position > log.store().head().await?.position {
            let what = "`after` is ahead of the log: it is not a cursor of this server";
            return Err(ApiError::BadUserInput(what.to_owned()));
        }
        Ok(after)
    }

    /// What `follow` makes of every commit after `after`, for ever.
    pub fn updates<F: Follow>(
        self,
        after: Cursor,
        follow: F,
    ) -> impl Stream<Item = Result<F::Update>> + Send + 'static {
        let api = &self.api;
        let feed =
            Feed::new(api.bus.log().clone(), Arc::clone(&api.hub), self.caller.organization, after);
        let updates = Updates { subscriber: self, feed, after, follow, waiting: VecDeque::new() };
        try_unfold(updates, |mut updates| async move {
            let next = updates.next().await?;
            Ok(next.map(|update| (update, updates)))
        })
    }
}

/// A subscription on its way through the log.
struct Updates<F: Follow> {
    subscriber: Subscriber,
    feed: Feed,
    after: Cursor,
    follow: F,
    waiting: VecDeque<F::Update>,
}

impl<F: Follow> Updates<F> {
    /// The next update, once there is one; `None` when the server ends.
    async fn next(&mut self) -> Result<Option<F::Update>, ApiError> {
        let api = self.subscriber.api.clone();
        while self.waiting.is_empty() {
            let commit = match self.feed.next().await {
                Ok(Some(commit)) => commit,
                Ok(None) => return Ok(None),
                Err(LogError::Unavailable(why)) => {
                    tracing::warn!(why, "a subscription waits for the log");
                    tokio::time::sleep(TRY_AGAIN).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            api.shown(commit.end).await;
            let by = self.subscriber.still(commit.organization_sequence()).await?;
            let events = commit.events(&api.codec).await?;
            let delivered = self.after.delivered();
            let new = events.partition_point(|event| event.stored.position <= delivered);
            let new = events.get(new..).unwrap_or_default();
            self.waiting.extend(self.follow.follow(&api, &by, new).await?);
        }
        Ok(self.waiting.pop_front())
    }
}
