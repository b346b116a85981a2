//! A schema with one field for each thing that a transport must get right.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{
    Context, InputObject, Object, Schema, ServerError, SimpleObject, Subscription, ValidationResult,
};
use docket::graphql::common::{ApiError, IdempotencyKeyHeader};
use docket::graphql::executor::Executor;
use docket::http::RequestInfo;
use futures::stream::{self, Stream, StreamExt};
use tokio::sync::Notify;

use super::server::Caller;

/// What happened on the server while a test ran.
#[derive(Default)]
pub struct Witness {
    /// How often the mutation took effect.
    pub counted: AtomicU32,
    /// How often a document was validated.
    pub validated: AtomicU32,
    /// How many items the endless subscription has made.
    pub made: AtomicU32,
    /// How many endless subscriptions have begun.
    pub begun: AtomicU32,
    /// How many endless subscriptions have ended.
    pub ended: AtomicU32,
    /// Wakes whoever waits for one of these.
    pub changed: Notify,
}

/// Something with something of its kind inside.
#[derive(SimpleObject)]
pub struct Box_ {
    label: String,
    inside: Vec<Box_>,
}

/// Somebody.
#[derive(InputObject)]
pub struct PersonInput {
    given: String,
    family: Option<String>,
}

pub struct Query;

#[Object]
impl Query {
    /// Greets.
    async fn hello(
        &self,
        #[graphql(default_with = "\"world\".to_owned()")] name: String,
    ) -> String {
        format!("hello {name}")
    }

    /// Who asks.
    async fn whoami(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        let caller = ctx.data_opt::<Caller>();
        let unknown = || ApiError::Unauthenticated("log in".to_owned());
        caller.map(|caller| Some(caller.0.clone())).ok_or_else(unknown)
    }

    /// The request's id.
    async fn request_id(&self, ctx: &Context<'_>) -> String {
        ctx.data_unchecked::<RequestInfo>().id.to_string()
    }

    /// The idempotency key in the header.
    async fn idempotency_key(&self, ctx: &Context<'_>) -> Option<String> {
        ctx.data_opt::<IdempotencyKeyHeader>().map(|key| key.0.clone())
    }

    /// Is wrong.
    async fn panics(&self, #[graphql(default)] not: bool) -> bool {
        assert!(not, "as told");
        not
    }

    /// Takes longer than it may.
    async fn sleeps(&self) -> bool {
        std::future::pending().await
    }

    /// Is limited.
    async fn limited(&self) -> Result<Option<bool>, ApiError> {
        Err(ApiError::RateLimited { retry_after_s: 30 })
    }

    /// Greets somebody whose name is in two parts.
    async fn greet(&self, person: PersonInput) -> String {
        format!("hello {} {}", person.given, person.family.unwrap_or_default())
    }

    /// Boxes in boxes.
    async fn boxes(&self) -> Vec<Box_> {
        vec![Box_ { label: "outer".to_owned(), inside: Vec::new() }]
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    /// Counts how often it was done.
    async fn count(&self, ctx: &Context<'_>) -> u32 {
        let witness = ctx.data_unchecked::<Arc<Witness>>();
        witness.counted.fetch_add(1, Ordering::SeqCst) + 1
    }
}

pub struct Subscription;

#[Subscription]
impl Subscription {
    /// Counts to a number, and ends.
    async fn count_to(&self, to: u32) -> impl Stream<Item = u32> {
        stream::iter(1..=to)
    }

    /// Never ends, and is never idle.
    async fn flood(&self, ctx: &Context<'_>) -> impl Stream<Item = String> {
        let witness = ctx.data_unchecked::<Arc<Witness>>().clone();
        let ended = Ended::begin(&witness);
        stream::repeat_with(move || {
            let _until_dropped = &ended;
            witness.made.fetch_add(1, Ordering::SeqCst);
            witness.changed.notify_waiters();
            "x".repeat(10_000)
        })
    }

    /// Is idle for ever.
    async fn silence(&self, ctx: &Context<'_>) -> impl Stream<Item = u32> {
        let ended = Ended::begin(ctx.data_unchecked::<Arc<Witness>>());
        stream::pending().map(move |item| {
            let _until_dropped = &ended;
            item
        })
    }

    /// Answers, and then fails.
    async fn breaks(&self) -> impl Stream<Item = Result<u32, ApiError>> {
        stream::iter([Ok(1), Err(ApiError::Refused("you may no longer".to_owned()))])
    }

    /// Panics after its first answer.
    async fn panics(&self) -> impl Stream<Item = u32> {
        stream::iter([1, 2]).map(|item| {
            assert!(item == 1, "as told");
            item
        })
    }
}

/// Tells the witness when it is dropped.
struct Ended(Arc<Witness>);

impl Ended {
    fn begin(witness: &Arc<Witness>) -> Self {
        witness.begun.fetch_add(1, Ordering::SeqCst);
        witness.changed.notify_waiters();
        Self(witness.clone())
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }
}

impl Witness {
    /// Waits until that many endless subscriptions have begun.
    pub async fn begun(&self, count: u32) {
        self.until(|seen| seen.begun.load(Ordering::SeqCst) == count).await;
    }

    /// Waits until that many endless subscriptions have ended.
    pub async fn ended(&self, count: u32) {
        self.until(|seen| seen.ended.load(Ordering::SeqCst) == count).await;
    }

    /// Waits until `holds`, at most ten seconds.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if holds(self) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it comes to hold");
    }
}

pub fn build(witness: Arc<Witness>) -> Schema<Query, Mutation, Subscription> {
    let builder = Schema::build(Query, Mutation, Subscription).extension(Executor);
    builder.extension(Validations(Arc::clone(&witness))).data(witness).finish()
}

/// Counts validations.
struct Validations(Arc<Witness>);

impl ExtensionFactory for Validations {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self(Arc::clone(&self.0)))
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Validations {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        self.0.validated.fetch_add(1, Ordering::SeqCst);
        next.run(ctx).await
    }
}
