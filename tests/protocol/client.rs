//! Requests, as a client puts them together.

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::server::Server;

pub const GRAPHQL: &str = "application/graphql-response+json";
pub const JSON: &str = "application/json";

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub media: String,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The stable code of the first error.
    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The status and the stable code.
    pub fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.code())
    }
}

pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.expect("the server answers");
    let headers = response.headers().clone();
    let media = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
    Reply {
        status: response.status(),
        media: media.unwrap_or_default(),
        headers,
        text: response.text().await.expect("a whole answer"),
    }
}

/// A POST of `body` as it is.
pub fn post(server: &Server, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let request = Client::new().post(server.url("/graphql"));
    request.header(CONTENT_TYPE, JSON).header(ACCEPT, GRAPHQL).body(body)
}

/// One operation without variables by POST.
pub async fn ask(server: &Server, query: &str) -> Reply {
    send(post(server, json!({ "query": query }).to_string())).await
}

/// A GET of `path`.
pub fn get(server: &Server, path: &str) -> RequestBuilder {
    Client::new().get(server.url(path))
}
