//! Whole answers, as a client sees them on the wire.

use reqwest::header::DATE;
use serde_json::{Value, json};

use crate::support::Client;

/// An answer with everything that a caller could tell two answers apart by, but for the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub text: String,
}

impl Whole {
    /// Sends one operation.
    pub async fn of(client: &Client, query: &str, variables: &Value) -> Self {
        let token = client.token.as_deref().unwrap_or_default();
        let request = client.http.post(format!("{}/graphql", client.url)).bearer_auth(token);
        let body = json!({ "query": query, "variables": variables });
        let response = request.json(&body).send().await.expect("the server answers");
        let status = response.status().as_u16();
        let kept = response.headers().iter().filter(|(name, _)| *name != DATE);
        let header =
            |value: &reqwest::header::HeaderValue| value.to_str().expect("text").to_owned();
        let mut headers: Vec<_> =
            kept.map(|(name, value)| (name.to_string(), header(value))).collect();
        headers.sort();
        Self { status, headers, text: response.text().await.expect("a whole body") }
    }

    /// The same with what the caller had sent blotted out.
    pub fn without(mut self, sent: &str) -> Self {
        self.text = self.text.replace(sent, "WHAT WAS SENT");
        self
    }

    /// What was found, or why not: without what two repeats of one success differ in.
    pub fn outcome(&self) -> Value {
        let told: Value = serde_json::from_str(&self.text).expect("JSON");
        let Some(data) = told["data"].as_object() else { return told["errors"].clone() };
        let payload = data.values().next().cloned().unwrap_or_default();
        payload.get("userErrors").cloned().unwrap_or(payload)
    }
}
