//! The API, in this process.

use std::fmt::Display;

use async_graphql::{Request, Variables};
use serde_json::{Value, json};

use super::DemoError;
use crate::app::Services;
use crate::graphql::schema::{DocketSchema, schema};
use crate::http::RequestInfo;
use crate::identity::Caller;
use crate::ids::reference;

/// Where the story's people hand in what they do.
pub(super) struct Desk {
    schema: DocketSchema,
}

impl Desk {
    /// A desk over running services.
    pub(super) fn over(services: &Services) -> Self {
        Self { schema: schema(services.api.clone(), &services.supervisor).finish() }
    }

    /// Asks as `by`, or as a stranger; answers the data.
    ///
    /// # Errors
    /// `Stuck` with whatever is wrong.
    pub(super) async fn ask(
        &self,
        by: Option<&Caller>,
        document: &str,
        variables: Value,
    ) -> Result<Value, DemoError> {
        let mut request = Request::new(document).variables(Variables::from_json(variables));
        request = request.data(RequestInfo { id: reference(), peer: None });
        if let Some(caller) = by {
            request = request.data(*caller);
        }
        let response = self.schema.execute(request).await;
        match response.errors.first() {
            Some(error) => Err(stuck(&format_args!("{document}: {}", error.message))),
            None => response.data.into_json().map_err(|error| stuck(&error)),
        }
    }

    /// Runs one mutation, which must be done; answers what was selected of its payload.
    ///
    /// # Errors
    /// `Stuck` with the first refusal.
    pub(super) async fn run(
        &self,
        by: Option<&Caller>,
        field: &str,
        select: &str,
        input: Value,
    ) -> Result<Value, DemoError> {
        let (first, rest) = field.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let document = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ {select} \
             userErrors {{ code message path }} }} }}"
        );
        let shown = format!("{field} {input}");
        let mut data = self.ask(by, &document, json!({ "input": input })).await?;
        let payload = data.get_mut(field).map(Value::take).unwrap_or_default();
        match payload.pointer("/userErrors/0") {
            Some(refusal) => Err(stuck(&format_args!("{shown}: {refusal}"))),
            None => Ok(payload),
        }
    }
}

/// The text at `path` of an answer.
///
/// # Errors
/// `Stuck` where there is none.
pub(super) fn text(answer: &Value, path: &str) -> Result<String, DemoError> {
    let text = answer.pointer(path).and_then(Value::as_str).map(str::to_owned);
    text.ok_or_else(|| stuck(&format_args!("{path} is missing in {answer}")))
}

/// The story does not go on.
pub(super) fn stuck(why: &dyn Display) -> DemoError {
    DemoError::Stuck(why.to_string())
}
