//! A GraphQL client over HTTP.

use reqwest::StatusCode;
use serde_json::{Value, json};

/// A client of one server, with or without a session.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    pub token: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub body: Value,
}

impl Client {
    /// A client without a session.
    pub fn anonymous(url: &str) -> Self {
        Self { http: reqwest::Client::new(), url: url.to_owned(), token: None }
    }

    /// The same with a session or an API key.
    pub fn bearing(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Sends one operation and answers whatever came back.
    pub async fn send(&self, query: &str, variables: Value) -> Reply {
        let mut request = self.http.post(format!("{}/graphql", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let body = json!({ "query": query, "variables": variables });
        let response = request.json(&body).send().await.expect("the server answers");
        let status = response.status();
        let text = response.text().await.expect("a whole body");
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
        Reply { status, body }
    }

    /// Sends one operation that must succeed, and answers its `data`.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let reply = self.send(query, variables).await;
        assert!(reply.body["errors"].is_null(), "{query}\n{:#}", reply.body);
        reply.body["data"].clone()
    }

    /// Sends one mutation of the form `mutation($input: XInput!) { field(input: $input) { … } }`, which must
    /// succeed without user errors, and answers its payload.
    pub async fn run(&self, field: &str, select: &str, input: Value) -> Value {
        let payload = self.try_run(field, select, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{field}: {payload:#}");
        payload
    }

    /// The same, but answers the payload with whatever user errors it holds.
    pub async fn try_run(&self, field: &str, select: &str, input: Value) -> Value {
        let reply = self.mutate(field, select, input).await;
        assert!(reply.body["errors"].is_null(), "{field}: {:#}", reply.body);
        reply.body["data"][field].clone()
    }

    /// The same, but answers whatever came back.
    pub async fn mutate(&self, field: &str, select: &str, input: Value) -> Reply {
        let mut kind = field.to_owned();
        kind[..1].make_ascii_uppercase();
        let query = format!(
            "mutation($input: {kind}Input!) {{ {field}(input: $input) {{ {select} position \
             userErrors {{ code message path }} }} }}"
        );
        self.send(&query, json!({ "input": input })).await
    }
}

impl Reply {
    /// The stable code of the first top-level error.
    pub fn error_code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or("")
    }
}
