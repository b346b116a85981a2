//! From a mutation's input to a command, and from what came of it to a payload.

use async_graphql::{Context, EnumType, InputObject, InputType, OutputType};
use docket_domain::Acting;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::api::{Api, Entity};
use super::authorization::authorize;
use super::common::payload::{Answer, UserError};
use super::common::{ApiError, IdempotencyKeyHeader};
use super::refusal::user_errors;
use crate::bus::{Done, IdempotencyKey, Request, Slice, Work};
use crate::http::RequestInfo;

/// What every mutation's input has.
#[derive(InputObject, Debug, Clone, Default)]
pub struct Meta {
    /// A key of your own, at most 255 characters: a repeat of the mutation under the same key answers with
    /// the first result and has no second effect. Keys live at least 24 hours.
    pub idempotency_key: Option<String>,
    /// Answered as it is; for clients that match answers to what they sent.
    pub client_mutation_id: Option<String>,
}

/// The longest idempotency key, in bytes; it is held in an index.
const MAX_KEY_BYTES: usize = 255;

/// One mutation on its way.
pub struct Call<'a> {
    /// The request's GraphQL context.
    pub ctx: &'a Context<'a>,
    /// What the bus is asked with.
    pub request: Request,
    client_mutation_id: Option<String>,
}

/// A mutation that was done or refused.
pub struct Called<'a, C: EnumType + OutputType> {
    ctx: &'a Context<'a>,
    /// What it came to; `None` where it was refused.
    pub done: Option<Done>,
    /// The part of the payload that all mutations share.
    pub answer: Answer<C>,
}

impl<'a> Call<'a> {
    /// Authorizes the caller for this root field, and takes the time.
    pub async fn begin(
        ctx: &'a Context<'a>,
        input: &impl InputType,
        meta: &Meta,
    ) -> Result<Self, ApiError> {
        let by = authorize(ctx, "Mutation").await?;
        Self::by(ctx, by, input, meta)
    }

    /// A call by somebody whose authority is known.
    pub fn by(
        ctx: &'a Context<'a>,
        by: Acting,
        input: &impl InputType,
        meta: &Meta,
    ) -> Result<Self, ApiError> {
        let api = ctx.data_unchecked::<Api>();
        let scope = by.organization.to_string();
        let id = api.ids.uuid();
        let request = Request {
            by,
            at: api.bus.clock().now(),
            id,
            correlation_id: ctx.data_opt::<RequestInfo>().map_or(id, |info| info.id),
            idempotency: idempotency(ctx, scope, input, meta)?,
        };
        Ok(Self { ctx, request, client_mutation_id: meta.client_mutation_id.clone() })
    }

    /// Makes a new aggregate, and answers with its id.
    pub async fn create<A: Slice, C: EnumType + OutputType>(
        self,
        id: A::Id,
        command: A::Plain,
    ) -> Result<Called<'a, C>, ApiError> {
        let work = Work::new().create::<A>(id, command).answering(json!({ "id": id.to_string() }));
        self.execute(work).await
    }

    /// Changes the aggregate that `id` names, and answers with its id.
    pub async fn change<A: Slice, C: EnumType + OutputType>(
        self,
        id: &str,
        expected_version: Option<u64>,
        command: A::Plain,
    ) -> Result<Called<'a, C>, ApiError>
    where
        A::Id: std::str::FromStr,
    {
        let answering = |work: Work, id: A::Id| work.answering(json!({ "id": id.to_string() }));
        self.change_with::<A, C>(id, expected_version, command, answering).await
    }

    /// The same, with `more` on the unit of work.
    pub async fn change_with<A: Slice, C: EnumType + OutputType>(
        self,
        id: &str,
        expected_version: Option<u64>,
        command: A::Plain,
        more: impl FnOnce(Work, A::Id) -> Work,
    ) -> Result<Called<'a, C>, ApiError>
    where
        A::Id: std::str::FromStr,
    {
        let Ok(parsed) = id.parse::<A::Id>() else {
            return Ok(self.refused(vec![not_found(A::TYPE, id)?]));
        };
        let work = Work::new().change::<A>(parsed, expected_version, command);
        self.execute(more(work, parsed)).await
    }

    /// Has the bus do `work`.
    pub async fn execute<C: EnumType + OutputType>(
        self,
        work: Work,
    ) -> Result<Called<'a, C>, ApiError> {
        let api = self.ctx.data_unchecked::<Api>();
        match api.bus.execute(&self.request, work).await {
            Ok(done) => Ok(self.done(done)),
            Err(error) => {
                let errors = user_errors::<C>(error)?;
                Ok(self.refused(errors))
            }
        }
    }

    /// The payload of something that was done.
    pub fn done<C: EnumType + OutputType>(self, done: Done) -> Called<'a, C> {
        let answer = Answer::done(done.position, self.client_mutation_id);
        Called { ctx: self.ctx, done: Some(done), answer }
    }

    /// The payload of an input that was refused.
    pub fn refused<C: EnumType + OutputType>(self, errors: Vec<UserError<C>>) -> Called<'a, C> {
        let answer = Answer::refused(errors, self.client_mutation_id);
        Called { ctx: self.ctx, done: None, answer }
    }
}

impl<C: EnumType + OutputType> Called<'_, C> {
    /// The entity that the payload's `field` shows, at or after the command; `None` where the mutation was
    /// refused, the field was not asked for, or the read model cannot show it in time, which the answer's errors
    /// then say: the command stands all the same, and so does the rest of its payload.
    pub async fn entity<E: Entity>(&self, field: &str) -> Option<E> {
        let done = self.done.as_ref()?;
        if !self.ctx.look_ahead().field(field).exists() {
            return None;
        }
        let id = done.outcome.get("id")?.as_str()?;
        match self.load(id, done.position).await {
            Ok(found) => found,
            Err(error) => {
                let error = match error {
                    // Of the read model; "try again" would be wrong of the command.
                    ApiError::Unavailable(why) => {
                        tracing::warn!(why, "a done command's entity cannot be shown");
                        ApiError::ReadModelBehind { position: done.position }
                    }
                    error => error,
                };
                let error = async_graphql::Error::from(error);
                let error = error.into_server_error(self.ctx.item.pos);
                self.ctx.add_error(self.ctx.set_error_path(error));
                None
            }
        }
    }

    async fn load<E: Entity>(&self, id: &str, position: u64) -> Result<Option<E>, ApiError> {
        let api = self.ctx.data_unchecked::<Api>();
        api.reached("core", position).await?;
        let organization = super::authorization::acting(self.ctx).await?.organization;
        E::load(api, organization, id).await
    }
}

/// The user error for an id that names nothing which the caller may see.
fn not_found<C: EnumType + OutputType>(
    kind: &'static str,
    id: &str,
) -> Result<UserError<C>, ApiError> {
    let error = crate::bus::BusError::NotFound { kind, id: id.to_owned() };
    user_errors(error)?.pop().ok_or_else(|| ApiError::internal("a refusal without an error"))
}

fn idempotency(
    ctx: &Context<'_>,
    scope: String,
    input: &impl InputType,
    meta: &Meta,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let alias = ctx.path_node.as_ref().map(ToString::to_string).unwrap_or_default();
    // One header serves every mutation of the document, so the place in it is part of the key.
    let header = ctx.data_opt::<IdempotencyKeyHeader>().map(|key| format!("{}/{alias}", key.0));
    let Some(key) = meta.idempotency_key.clone().or(header) else { return Ok(None) };
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        let what = format!("an idempotency key has 1 to {MAX_KEY_BYTES} bytes");
        return Err(ApiError::BadUserInput(what));
    }
    Ok(Some(IdempotencyKey { scope, key, input_hash: input_hash(ctx.field().name(), input) }))
}

/// What no hash of an input covers: what may differ between two sendings of the same, and secrets.
const UNHASHED: [&str; 6] = [
    "clientMutationId",
    "idempotencyKey",
    "password",
    "currentPassword",
    "newPassword",
    "refreshToken",
];

/// A hash of the mutation and its input, without what may differ between two sendings of the same.
/// Passwords are left out: a fast hash of one must not lie in the log.
pub fn input_hash(mutation: &str, input: &impl InputType) -> String {
    let mut value = input.to_value();
    if let async_graphql::Value::Object(fields) = &mut value {
        for field in UNHASHED {
            fields.swap_remove(field);
        }
    }
    let text = format!("{mutation}\n{value}");
    hex::encode(Sha256::digest(text.as_bytes()))
}
