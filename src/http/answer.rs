//! What one operation came to, as it is written to clients.

use async_graphql::{Response, ServerError, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::graphql::common::{ApiError, ErrorCode, describe};

/// The result of one operation, or of one delivery of a subscription.
#[derive(Debug, Default)]
pub struct Answer {
    /// What went wrong, each with its stable code.
    pub errors: Vec<ServerError>,
    /// What was asked for; `None` where nothing was executed, which is not the same as null.
    pub data: Option<Value>,
    /// What the operation cost, where that is known.
    pub cost: Option<u64>,
}

impl Answer {
    /// A refusal of the request: nothing was executed.
    pub fn refused(error: ApiError) -> Self {
        Self::failed(vec![error.into_server_error()])
    }

    /// A request that was found wrong before anything was executed.
    pub fn failed(errors: Vec<ServerError>) -> Self {
        Self { errors, data: None, cost: None }
    }

    /// What the executor answered.
    ///
    /// An error without a path and without data is the request's: nothing was executed. What asks to try again
    /// later becomes one too, where nothing else came of the request, so that it is answered with 429 or 503, which
    /// every client and every proxy knows.
    pub fn executed(response: Response, cost: Option<u64>) -> Self {
        let Response { mut errors, data, .. } = response;
        errors.iter_mut().for_each(describe);
        let executed = errors.is_empty() || data != Value::Null || has_path(&errors);
        let later = !errors.is_empty() && is_empty(&data) && errors.iter().all(is_for_later);
        let data = (executed && !later).then_some(data);
        Self { errors, data, cost }
    }

    /// The stable code of the first error.
    pub fn code(&self) -> Option<ErrorCode> {
        self.errors.first().and_then(code)
    }

    /// The answer's JSON.
    pub fn to_json(&self) -> Vec<u8> {
        /// Most answers fit, so that the buffer does not grow while it is written.
        const USUAL_BYTES: usize = 1024;
        let mut json = Vec::with_capacity(USUAL_BYTES);
        match serde_json::to_writer(&mut json, self) {
            Ok(()) => json,
            Err(error) => {
                let failed = Self::refused(ApiError::internal(error));
                serde_json::to_vec(&failed).unwrap_or_default()
            }
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if !self.errors.is_empty() {
            map.serialize_entry("errors", &self.errors)?;
        }
        if let Some(data) = &self.data {
            map.serialize_entry("data", data)?;
        }
        if let Some(cost) = self.cost {
            map.serialize_entry("extensions", &Extensions { cost })?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Extensions {
    cost: u64,
}

/// The stable code of an error.
pub fn code(error: &ServerError) -> Option<ErrorCode> {
    let text = error.extensions.as_ref()?.get("code")?;
    let Value::String(text) = text else { return None };
    ErrorCode::ALL.iter().copied().find(|code| code.as_str() == text)
}

fn has_path(errors: &[ServerError]) -> bool {
    errors.iter().any(|error| !error.path.is_empty())
}

fn is_for_later(error: &ServerError) -> bool {
    let later = [ErrorCode::RateLimited, ErrorCode::Unavailable, ErrorCode::OutcomeUnknown];
    code(error).is_some_and(|code| later.contains(&code))
}

/// Whether there is nothing in it but nulls.
fn is_empty(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(|value| *value == Value::Null),
        _ => false,
    }
}

#[cfg(test)]
#[expect(clippy::unused_async, reason = "resolvers are async, whatever they do")]
mod tests {
    use async_graphql::{EmptySubscription, Object, Schema, value};
    use serde_json::json;

    use super::*;
    use crate::graphql::executor::Executor;

    struct Query;

    #[Object]
    impl Query {
        async fn fine(&self) -> i32 {
            1
        }

        async fn limited(&self) -> Result<Option<i32>, ApiError> {
            Err(ApiError::RateLimited { retry_after_s: 30 })
        }

        async fn away(&self) -> Result<Option<i32>, ApiError> {
            Err(ApiError::Unavailable("the database restarts".to_owned()))
        }

        async fn bug(&self) -> Result<Option<i32>, async_graphql::Error> {
            Err(async_graphql::Error::new("select * from secrets failed"))
        }

        async fn sized(&self, #[graphql(validator(maximum = 3))] size: i32) -> i32 {
            size
        }
    }

    async fn ask(query: &str) -> serde_json::Value {
        let schema = Schema::build(Query, async_graphql::EmptyMutation, EmptySubscription)
            .extension(Executor)
            .finish();
        let answer = Answer::executed(schema.execute(query).await, Some(3));
        serde_json::from_slice(&answer.to_json()).unwrap()
    }

    #[tokio::test]
    async fn data_and_cost_are_told() {
        let told = json!({ "data": { "fine": 1 }, "extensions": { "cost": 3 } });
        assert_eq!(ask("{ fine }").await, told);
    }

    #[tokio::test]
    async fn a_request_that_is_wrong_has_no_data() {
        let answer = ask("{ nothing }").await;
        assert!(answer.get("data").is_none(), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }

    #[tokio::test]
    async fn a_resolvers_error_has_its_code() {
        let answer = ask("{ fine limited }").await;
        let extensions = json!({ "code": "RATE_LIMITED", "retryAfterSeconds": 30 });
        assert_eq!(answer["errors"][0]["extensions"], extensions);
        assert_eq!(answer["errors"][0]["path"], json!(["limited"]));
    }

    #[tokio::test]
    async fn a_field_that_fails_leaves_its_neighbours_their_data() {
        let answer = ask("{ fine limited again: fine }").await;
        assert_eq!(answer["data"], json!({ "fine": 1, "limited": null, "again": 1 }));
    }

    #[tokio::test]
    async fn being_limited_in_all_that_was_asked_is_an_error_of_the_request() {
        let answer = ask("{ limited }").await;
        assert!(answer.get("data").is_none(), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    }

    #[tokio::test]
    async fn where_nothing_came_of_a_request_it_is_for_later() {
        let answer = ask("{ limited away }").await;
        assert!(answer.get("data").is_none(), "{answer}");
        let answer = ask("{ away }").await;
        assert!(answer.get("data").is_none(), "{answer}");
        let extensions = json!({ "code": "UNAVAILABLE", "retryAfterSeconds": 1 });
        assert_eq!(answer["errors"][0]["extensions"], extensions);
        assert_eq!(ask("{ away fine }").await["data"], json!({ "away": null, "fine": 1 }));
    }

    #[tokio::test]
    async fn a_fault_of_our_own_is_logged_and_not_told() {
        let answer = ask("{ bug }").await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL");
        assert!(!answer.to_string().contains("secrets"), "{answer}");
    }

    #[tokio::test]
    async fn an_argument_that_cannot_be_read_is_the_documents_fault() {
        let answer = ask("{ sized(size: 4) }").await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }

    #[test]
    fn an_answer_of_nulls_is_empty() {
        assert!(is_empty(&value!({ "login": null })));
        assert!(!is_empty(&value!({ "login": null, "fine": 1 })));
    }
}
