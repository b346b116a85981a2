//! Requests that are wrong before anything of them is looked at.

use chrono::Duration;
use serde_json::json;

use super::unchanged::unchanged;
use crate::support::{Person, Server, on_each_store};

const CREATE: &str = "mutation($input: CreateTaskInput!) {
    createTask(input: $input) { task { title } userErrors { code path } } }";

/// Sends a body as it is, and answers the status and the code.
async fn post(by: &Person, body: String) -> (u16, String) {
    let request = by.client.http.post(format!("{}/graphql", by.client.url));
    let request = request.bearer_auth(by.client.token.as_deref().expect("a session"));
    let request = request.header("content-type", "application/json");
    let request = request.header("accept", "application/graphql-response+json").body(body);
    let response = request.send().await.expect("the server answers");
    let status = response.status().as_u16();
    let told: serde_json::Value = response.json().await.expect("JSON");
    (status, told["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}

/// A request that would create a task, but for the JSON text of its title.
fn titled(title: &str) -> String {
    let create = serde_json::to_string(CREATE).expect("JSON");
    format!(r#"{{"query":{create},"variables":{{"input":{{"title":{title}}}}}}}"#)
}

#[tokio::test]
async fn api_1_a_request_that_cannot_be_read_is_refused_and_changes_nothing() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let literal = |text: &str| {
            let query =
                format!("mutation {{ createTask(input: {{ title: {text} }}) {{ position }} }}");
            json!({ "query": query }).to_string()
        };
        let deep = format!("{}id{}", "{ viewer ".repeat(50), " }".repeat(50));
        for (body, refusal) in [
            (titled("\"unended"), (400, "BAD_REQUEST")),
            (titled(r#""\ud800""#), (400, "BAD_REQUEST")),
            (titled(r#""\udc00\ud800""#), (400, "BAD_REQUEST")),
            (titled("1e999"), (400, "BAD_REQUEST")),
            (titled("7"), (400, "GRAPHQL_VALIDATION_FAILED")),
            (titled("null"), (400, "GRAPHQL_VALIDATION_FAILED")),
            (titled(r#""NUL \u0000""#), (400, "BAD_USER_INPUT")),
            (titled(r#""x","nothing":1"#), (400, "GRAPHQL_VALIDATION_FAILED")),
            // A scalar of the schema's own is read by the field that takes it, which is null then.
            (titled(r#""x","dueAt":"tomorrow""#), (200, "GRAPHQL_VALIDATION_FAILED")),
            (titled(r#""x","dueAt":"2026-02-30T00:00:00Z""#), (200, "GRAPHQL_VALIDATION_FAILED")),
            (titled(r#""x","priority":"HIGHEST""#), (400, "GRAPHQL_VALIDATION_FAILED")),
            (literal(r#""\u0000""#), (400, "BAD_USER_INPUT")),
            (literal(r#""\ud800""#), (400, "GRAPHQL_PARSE_FAILED")),
            (literal(r#""\uZZZZ""#), (400, "GRAPHQL_PARSE_FAILED")),
            (
                json!({ "query": "{ tasks { nodes { nothing } } }" }).to_string(),
                (400, "GRAPHQL_VALIDATION_FAILED"),
            ),
            (json!({ "query": deep }).to_string(), (400, "QUERY_TOO_DEEP")),
            (titled(&format!("\"{}\"", "x".repeat(10_000_000))), (413, "BODY_TOO_LARGE")),
        ] {
            let (status, code) = unchanged(&owner, post(&owner, body.clone())).await;
            assert_eq!((status, code.as_str()), refusal, "{body:.300}");
        }
        assert_eq!(post(&owner, titled("\"Fine\"")).await.0, 200, "and the server goes on");
    })
    .await;
}

#[tokio::test]
async fn id_1_an_expired_token_does_nothing() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        server.clock.advance(Duration::days(1));
        let refused = post(&owner, titled("\"Too late\"")).await;
        assert_eq!(refused, (401, "UNAUTHENTICATED".to_owned()));
        let again = owner.back(server).await;
        let told = again.client.ask("{ tasks { totalCount } }", json!({})).await;
        assert_eq!(told["tasks"]["totalCount"], 0);
    })
    .await;
}
