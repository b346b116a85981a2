//! The JSON in which an operation comes: its document, name, variables and extensions.

use std::collections::HashMap;

use async_graphql::{Value, Variables};
use serde::Deserialize;

use crate::graphql::common::{ApiError, ErrorCode};

/// The parameters of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with `query`")]
pub struct Envelope {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The operation's variables.
    #[serde(default)]
    pub variables: Variables,
    /// Checked to be a map; Docket knows no extension.
    #[serde(rename = "extensions")]
    _extensions: Option<HashMap<String, Value>>,
}

/// The parameters of a request by GET, where the maps are JSON texts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl Envelope {
    /// Reads a body.
    ///
    /// # Errors
    /// `BAD_REQUEST` for what is no such JSON, `BATCHING_NOT_SUPPORTED` for several requests at once.
    pub fn read(body: &[u8]) -> Result<Self, ApiError> {
        // Checked before it is read: a list of the fields' values would be taken for the object.
        if body.trim_ascii_start().starts_with(b"[") {
            let message = "send one operation in a request: an object, not a list";
            return Err(ApiError::request(ErrorCode::BatchingNotSupported, message));
        }
        serde_json::from_slice(body)
            .map_err(|error| bad(&format!("the body is not a GraphQL request in JSON: {error}")))
    }

    /// Reads a query string; `None` where it has no `query`.
    ///
    /// # Errors
    /// `BAD_REQUEST` for a map that is not JSON.
    pub fn read_query_string(text: &str) -> Result<Option<Self>, ApiError> {
        let parameters = actix_web::web::Query::<Parameters>::from_query(text)
            .map_err(|error| bad(&format!("the query string cannot be read: {error}")))?
            .into_inner();
        let Some(query) = parameters.query else { return Ok(None) };
        Ok(Some(Self {
            query,
            operation_name: parameters.operation_name.filter(|name| !name.is_empty()),
            variables: map("variables", parameters.variables)?.unwrap_or_default(),
            _extensions: map("extensions", parameters.extensions)?,
        }))
    }
}

fn map<T: serde::de::DeserializeOwned>(
    name: &str,
    text: Option<String>,
) -> Result<Option<T>, ApiError> {
    let text = text.filter(|text| !text.is_empty());
    let read = text.map(|text| serde_json::from_str(&text)).transpose();
    read.map_err(|error| bad(&format!("`{name}` is not a JSON object: {error}")))
}

fn bad(message: &str) -> ApiError {
    ApiError::request(ErrorCode::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> ErrorCode {
        Envelope::read(body.as_bytes()).unwrap_err().code()
    }

    #[test]
    fn all_but_the_query_may_be_absent_or_null() {
        for body in [
            r#"{"query":"{ a }"}"#,
            r#"{"query":"{ a }","operationName":null,"variables":null,"extensions":null}"#,
            r#"{"query":"{ a }","variables":{},"extensions":{"x":1},"unknown":true}"#,
        ] {
            let read = Envelope::read(body.as_bytes()).unwrap();
            assert_eq!((read.query.as_str(), read.variables.len()), ("{ a }", 0));
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for body in [
            "",
            "{ \"not a JSON",
            "null",
            "{}",
            r#"{"qeury":"{ a }"}"#,
            r#"{"query":1}"#,
            r#"{"query":"{ a }","operationName":1}"#,
            r#"{"query":"{ a }","variables":[1]}"#,
            r#"{"query":"{ a }","variables":"x"}"#,
            r#"{"query":"{ a }","extensions":[1]}"#,
        ] {
            assert_eq!(refused(body), ErrorCode::BadRequest, "{body}");
        }
    }

    #[test]
    fn several_at_once_are_refused() {
        assert_eq!(refused(r#" [{"query":"{ a }"}]"#), ErrorCode::BatchingNotSupported);
        assert_eq!(refused(r#"["{ a }", null, {}, null]"#), ErrorCode::BatchingNotSupported);
    }

    #[test]
    fn a_query_string_holds_its_maps_as_json() {
        let read = Envelope::read_query_string("query=%7Ba%7D&variables=%7B%22n%22%3A1%7D");
        assert_eq!(read.unwrap().unwrap().variables.len(), 1);
        assert!(Envelope::read_query_string("").unwrap().is_none());
        assert!(Envelope::read_query_string("query=%7Ba%7D&variables=x").is_err());
    }
}
