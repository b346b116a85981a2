//! From a call to an answer: limits, the document cache, the executor.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{ObjectType, Request, Response, Schema, ServerError, SubscriptionType, Value};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use moka::sync::Cache;

use super::{Answer, Call, Mode};
use crate::graphql::common::{ApiError, ErrorCode, IdempotencyKeyHeader};
use crate::graphql::executor::Fitting;
use crate::graphql::limits::{Document, Inputs, Limits, Shape};
use crate::supervise::Supervisor;

/// Bytes of document texts that are kept parsed; their trees take some twenty times that.
const CACHED_BYTES: u64 = 2 * 1024 * 1024;

/// Executes operations.
pub trait Engine: Send + Sync + 'static {
    /// Executes a query or a mutation; a subscription is refused.
    fn execute(&self, call: Call) -> BoxFuture<'static, Answer>;

    /// Executes any operation as a stream of answers: one for a query or a mutation.
    fn stream(&self, call: Call) -> BoxStream<'static, Answer>;

    /// The bounds that it holds requests to.
    fn limits(&self) -> &Limits;
}

/// The engine over a schema.
pub struct SchemaEngine<Q, M, S> {
    schema: Schema<Q, M, S>,
    shape: Shape,
    inputs: Inputs,
    limits: Limits,
    mode: Mode,
    documents: Cache<String, Arc<Document>>,
    supervisor: Supervisor,
}

/// An operation that may be executed.
struct Prepared {
    request: Request,
    kind: OperationType,
    cost: u64,
}

impl<Q, M, S> SchemaEngine<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// An engine over `schema`. Mutations run under `supervisor`: a client that goes away does not stop one
    /// half-way, nor does the end of the server.
    ///
    /// # Errors
    /// Where the schema's own text cannot be read back.
    pub fn new(
        schema: Schema<Q, M, S>,
        limits: Limits,
        mode: Mode,
        supervisor: Supervisor,
    ) -> anyhow::Result<Self> {
        let sdl = schema.sdl();
        let (shape, inputs) = (Shape::read(&sdl)?, Inputs::read(&sdl)?);
        let documents = Cache::builder()
            .max_capacity(CACHED_BYTES)
            .weigher(|text: &String, _| u32::try_from(text.len()).unwrap_or(u32::MAX))
            .build();
        Ok(Self { schema, shape, inputs, limits, mode, documents, supervisor })
    }

    fn prepare(&self, call: Call) -> Result<Prepared, ServerError> {
        let document = self.document(&call.query)?;
        self.choose(&document, call).map_err(ApiError::into_server_error)
    }

    /// The parsed and measured document, from the cache where it was seen before.
    fn document(&self, text: &str) -> Result<Arc<Document>, ServerError> {
        if let Some(known) = self.documents.get(text) {
            return Ok(known);
        }
        let document = Arc::new(Document::prepare(text, &self.limits)?);
        self.documents.insert(text.to_owned(), document.clone());
        Ok(document)
    }

    fn choose(&self, document: &Arc<Document>, call: Call) -> Result<Prepared, ApiError> {
        let operation = document.operation(call.operation_name.as_deref())?;
        if call.read_only && operation.ty != OperationType::Query {
            let message = "only queries are served over GET: send it by POST";
            return Err(ApiError::request(ErrorCode::MethodNotAllowed, message));
        }
        if self.is_stranger(&call) && document.introspects() {
            let message = "the schema is told only to those who have logged in";
            return Err(ApiError::request(ErrorCode::IntrospectionDisabled, message));
        }
        let cost = document.cost(&self.shape, operation, &call.variables, &self.limits)?;
        let is_fitting = document.takes_whole() && self.inputs.fit(operation, &call.variables);
        let mut request = Request::new(String::new()).variables(call.variables);
        if is_fitting {
            request.data.insert(Fitting(Arc::clone(document)));
        }
        request.set_parsed_query(document.parsed().clone());
        request.operation_name = call.operation_name;
        request.data.insert(call.info);
        if let Some(key) = call.idempotency_key {
            request.data.insert(IdempotencyKeyHeader(key));
        }
        if let Some(principal) = &call.principal {
            principal.attach(&mut request.data);
        }
        Ok(Prepared { request, kind: operation.ty, cost })
    }

    /// Whether the caller is to learn nothing of the schema.
    fn is_stranger(&self, call: &Call) -> bool {
        self.mode == Mode::Production && call.principal.is_none()
    }

    fn query(&self, request: Request, cost: u64) -> BoxFuture<'static, Answer> {
        let (schema, limit) = (self.schema.clone(), self.limits.execution);
        Box::pin(async move {
            let executed = AssertUnwindSafe(schema.execute(request)).catch_unwind();
            let Ok(executed) = tokio::time::timeout(limit, executed).await else {
                let message = format!("it took longer than {} s", limit.as_secs());
                return Answer::refused(ApiError::request(ErrorCode::TimedOut, message));
            };
            told(executed.ok(), cost)
        })
    }

    fn mutation(&self, request: Request, cost: u64) -> BoxFuture<'static, Answer> {
        let (schema, limit) = (self.schema.clone(), self.limits.execution);
        let executed =
            self.supervisor.run_inline("mutation", async move { schema.execute(request).await });
        Box::pin(async move {
            match tokio::time::timeout(limit, executed).await {
                Ok(executed) => told(executed, cost),
                Err(_) => Answer::refused(ApiError::OutcomeUnknown),
            }
        })
    }
}

impl<Q, M, S> Engine for SchemaEngine<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn execute(&self, call: Call) -> BoxFuture<'static, Answer> {
        let stranger = self.is_stranger(&call);
        let Prepared { request, kind, cost } = match self.prepare(call) {
            Ok(prepared) => prepared,
            Err(error) => return std::future::ready(Answer::failed(vec![error])).boxed(),
        };
        let answer = match kind {
            OperationType::Query => self.query(request, cost),
            OperationType::Mutation => self.mutation(request, cost),
            OperationType::Subscription => {
                let message = "subscriptions are served over a WebSocket on the same path";
                let refused = ApiError::request(ErrorCode::BadRequest, message);
                std::future::ready(Answer::refused(refused)).boxed()
            }
        };
        if stranger { answer.map(without_suggestions).boxed() } else { answer }
    }

    fn stream(&self, call: Call) -> BoxStream<'static, Answer> {
        let stranger = self.is_stranger(&call);
        let answers = match self.prepare(call) {
            Ok(Prepared { request, kind: OperationType::Query, cost }) => {
                stream::once(self.query(request, cost)).boxed()
            }
            Ok(Prepared { request, kind: OperationType::Mutation, cost }) => {
                stream::once(self.mutation(request, cost)).boxed()
            }
            Ok(Prepared { request, kind: OperationType::Subscription, cost }) => {
                let answers = AssertUnwindSafe(self.schema.execute_stream(request)).catch_unwind();
                answers.map(move |found| delivered(told(found.ok(), cost))).boxed()
            }
            Err(error) => stream::iter([Answer::failed(vec![error])]).boxed(),
        };
        if stranger { answers.map(without_suggestions).boxed() } else { answers }
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// The executor's answer; `None` where it panicked.
fn told(response: Option<Response>, cost: u64) -> Answer {
    match response {
        Some(response) => Answer::executed(response, Some(cost)),
        None => Answer::refused(ApiError::internal("an operation panicked")),
    }
}

/// An update of a subscription. What fails whole is an error of the subscription, which ends by it: its fields
/// are not null, so that there is nothing that could be delivered.
fn delivered(mut answer: Answer) -> Answer {
    if !answer.errors.is_empty() && answer.data == Some(Value::Null) {
        answer.data = None;
    }
    answer
}

/// The answer without the names of the schema that the validator proposes.
fn without_suggestions(mut answer: Answer) -> Answer {
    for error in &mut answer.errors {
        if let Some((said, _)) = error.message.split_once(" Did you mean ") {
            error.message = said.to_owned();
        }
    }
    answer
}
