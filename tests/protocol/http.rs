//! GraphQL over HTTP.

use std::sync::atomic::Ordering;

use docket::http::Mode;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;

use super::client::{GRAPHQL, JSON, ask, get, post, send};
use super::server::{Server, TOKEN};

fn server() -> Server {
    Server::start(Mode::Development)
}

#[tokio::test]
async fn an_operation_is_answered_with_its_data_and_cost() {
    let server = server();
    let body = json!({
        "query": "query Q($n: String!) { hello(name: $n) }", "operationName": "Q",
        "variables": { "n": "ada" }, "extensions": {},
    });
    let reply = send(post(&server, body.to_string())).await;
    assert_eq!(reply.status, 200);
    let told = json!({ "data": { "hello": "hello ada" }, "extensions": { "cost": 1 } });
    assert_eq!(reply.json(), told);
    server.stop().await;
}

#[tokio::test]
async fn the_answer_is_in_the_media_type_that_the_client_prefers() {
    let server = server();
    for (accept, expected) in [
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("text/html, application/json", JSON),
    ] {
        let body = json!({ "query": "{ hello }" }).to_string();
        let request = reqwest::Client::new().post(server.url("/graphql"));
        let request = request.header(CONTENT_TYPE, JSON).header(ACCEPT, accept).body(body);
        let reply = send(request).await;
        assert_eq!(reply.status, 200, "{accept}");
        assert_eq!(reply.media, format!("{expected}; charset=utf-8"), "{accept}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_accepts_no_json_is_told_so() {
    let server = server();
    let body = json!({ "query": "{ hello }" }).to_string();
    let request = reqwest::Client::new().post(server.url("/graphql"));
    let request = request.header(CONTENT_TYPE, JSON).header(ACCEPT, "text/html").body(body);
    assert_eq!(send(request).await.refusal(), (406, "NOT_ACCEPTABLE".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_400() {
    let server = server();
    for body in [
        "",
        "{ \"not a JSON",
        r#"{"qeury":"{ hello }"}"#,
        r#"{"query":{}}"#,
        r#"{"query":"{ hello }","variables":[1]}"#,
    ] {
        for accept in [GRAPHQL, JSON] {
            let request = reqwest::Client::new().post(server.url("/graphql"));
            let request = request.header(CONTENT_TYPE, JSON).header(ACCEPT, accept).body(body);
            let refusal = send(request).await.refusal();
            assert_eq!(refusal, (400, "BAD_REQUEST".to_owned()), "{accept} {body}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_document_that_is_wrong_is_refused_with_400_and_without_data() {
    let server = server();
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: String!) { hello(name: $n) }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let reply = ask(&server, document).await;
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{document}");
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_variable_of_the_wrong_type_is_refused_before_anything_is_executed() {
    let server = server();
    for variables in [json!({ "n": 1 }), json!({ "n": null }), json!({ "n": ["a"] }), json!({})] {
        let query = "query($n: String!) { hello(name: $n) }";
        let reply =
            send(post(&server, json!({ "query": query, "variables": variables }).to_string()));
        let reply = reply.await;
        assert_eq!(reply.refusal(), (400, "GRAPHQL_VALIDATION_FAILED".to_owned()), "{variables}");
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_document_is_validated_once_and_again_for_variables_in_doubt() {
    let server = server();
    let ask = async |query: &str, variables: serde_json::Value| {
        let body = json!({ "query": query, "variables": variables });
        let reply = send(post(&server, body.to_string())).await;
        (reply.status.as_u16(), server.witness.validated.swap(0, Ordering::SeqCst))
    };
    let query = "query($n: String!) { hello(name: $n) }";
    for (name, expected) in [
        (json!("ada"), (200, 1)),
        (json!("eve"), (200, 0)),
        (json!(["eve"]), (400, 1)),
        (json!("eve"), (200, 0)),
    ] {
        assert_eq!(ask(query, json!({ "n": name })).await, expected, "{name}");
    }
    let greet = "query($p: PersonInput!) { greet(person: $p) }";
    assert_eq!(ask(greet, json!({ "p": { "given": "Ada" } })).await, (200, 1));
    assert_eq!(ask(greet, json!({ "p": { "given": "Eve", "family": null } })).await, (200, 0));
    assert_eq!(ask(greet, json!({ "p": { "given": "Eve", "name": "x" } })).await, (400, 1));
    // What is around a variable is not looked at where the variable is absent.
    let apart = r#"query($f: String) { greet(person: { given: "Ada", family: $f, name: "x" }) }"#;
    ask(apart, json!({})).await;
    assert_eq!(ask(apart, json!({ "f": "Lovelace" })).await, (400, 1));
    server.stop().await;
}

#[tokio::test]
async fn clients_that_know_only_json_are_told_of_a_wrong_document_with_200() {
    let server = server();
    for document in ["{", "{ nothing }"] {
        let body = json!({ "query": document }).to_string();
        let request = reqwest::Client::new().post(server.url("/graphql"));
        let reply = send(request.header(CONTENT_TYPE, JSON).header(ACCEPT, JSON).body(body)).await;
        assert_eq!(reply.status, 200);
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn several_operations_at_once_are_refused() {
    let server = server();
    let reply = send(post(&server, r#"[{"query":"{ hello }"},{"query":"{ hello }"}]"#)).await;
    assert_eq!(reply.refusal(), (400, "BATCHING_NOT_SUPPORTED".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn a_query_is_served_over_get_and_a_mutation_is_not() {
    let server = server();
    let variables = "&variables=%7B%22n%22%3A%22ada%22%7D";
    let path = format!("/graphql?query=query(%24n%3AString!)%7Bhello(name%3A%24n)%7D{variables}");
    let reply = send(get(&server, &path)).await;
    assert_eq!(reply.json()["data"]["hello"], "hello ada");
    let path = "/graphql?query=mutation%7Bcount%7D";
    let reply = send(get(&server, path).header(ACCEPT, GRAPHQL)).await;
    assert_eq!(reply.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()));
    assert_eq!(reply.headers["allow"], "GET, POST");
    assert_eq!(ask(&server, "mutation { count }").await.json()["data"]["count"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_get_without_a_query_is_graphiql_for_a_browser_only() {
    let server = server();
    let reply = send(get(&server, "/graphql").header(ACCEPT, "text/html,*/*;q=0.8")).await;
    assert!(reply.media.starts_with("text/html"), "{}", reply.media);
    let reply = send(get(&server, "/graphql").header(ACCEPT, JSON)).await;
    assert_eq!(reply.refusal(), (400, "BAD_REQUEST".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn other_methods_and_paths_are_not_served() {
    let server = server();
    let client = reqwest::Client::new();
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let reply = send(client.request(method.clone(), server.url("/graphql"))).await;
        assert_eq!(reply.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()), "{method}");
        assert_eq!(reply.headers["allow"], "GET, POST");
    }
    let reply = send(get(&server, "/nothing")).await;
    assert_eq!(reply.refusal(), (404, "NOT_FOUND".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn what_a_form_of_another_site_could_send_is_refused_and_has_no_effect() {
    let server = server();
    let body = r#"{"query":"mutation { count }"}"#;
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = reqwest::Client::new().post(server.url("/graphql"));
        let reply = send(request.header(CONTENT_TYPE, media).body(body)).await;
        assert_eq!(reply.refusal(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()), "{media}");
    }
    let request = reqwest::Client::new().post(server.url("/graphql")).body(body);
    assert_eq!(send(request).await.refusal(), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(ask(&server, "mutation { count }").await.json()["data"]["count"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_bearer_is_known_and_a_wrong_token_is_refused() {
    let server = server();
    let asked = || post(&server, json!({ "query": "{ whoami }" }).to_string());
    let reply = send(asked().bearer_auth(TOKEN)).await;
    assert_eq!(reply.json()["data"]["whoami"], "ada");
    for value in ["Bearer bad", "Basic YWRhOmFkYQ==", "Bearer"] {
        let reply = send(asked().header(AUTHORIZATION, value)).await;
        assert_eq!(reply.refusal(), (401, "UNAUTHENTICATED".to_owned()), "{value}");
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
    }
    let reply = send(asked()).await;
    assert_eq!(reply.refusal(), (200, "UNAUTHENTICATED".to_owned()));
    assert_eq!(reply.json()["errors"][0]["path"], json!(["whoami"]));
    server.stop().await;
}

#[tokio::test]
async fn resolvers_are_told_the_requests_id_and_idempotency_key() {
    let server = server();
    let id = "0198c2f1-0000-7000-8000-000000000001";
    let body = json!({ "query": "{ requestId idempotencyKey }" }).to_string();
    let request = post(&server, body.clone()).header("X-Request-Id", id);
    let reply = send(request.header("Idempotency-Key", "k1")).await;
    assert_eq!(reply.json()["data"], json!({ "requestId": id, "idempotencyKey": "k1" }));
    let reply = send(post(&server, body).header("Idempotency-Key", "k".repeat(256))).await;
    assert_eq!(reply.refusal(), (400, "BAD_REQUEST".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_server_goes_on() {
    let server = server();
    let reply = ask(&server, "{ panics }").await;
    assert_eq!(reply.refusal(), (500, "INTERNAL".to_owned()));
    assert!(!reply.text.contains("as told"), "{}", reply.text);
    assert_eq!(ask(&server, "{ hello }").await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn being_over_a_rate_limit_is_429_and_says_when_to_come_back() {
    let server = server();
    let reply = ask(&server, "{ limited }").await;
    assert_eq!(reply.refusal(), (429, "RATE_LIMITED".to_owned()));
    assert_eq!(reply.headers["retry-after"], "30");
    server.stop().await;
}

#[tokio::test]
async fn strangers_learn_nothing_of_the_schema_in_production() {
    let server = Server::start(Mode::Production);
    let introspection = json!({ "query": "{ __schema { types { name } } }" }).to_string();
    let refusal = send(post(&server, introspection.clone())).await.refusal();
    assert_eq!(refusal, (403, "INTROSPECTION_DISABLED".to_owned()));
    let reply = ask(&server, "{ helo }").await;
    assert!(!reply.text.contains("Did you mean"), "{}", reply.text);
    let reply = send(get(&server, "/graphql").header(ACCEPT, "text/html")).await;
    assert_eq!(reply.refusal(), (400, "BAD_REQUEST".to_owned()));
    let reply = send(post(&server, introspection).bearer_auth(TOKEN)).await;
    assert!(reply.json()["data"]["__schema"]["types"].is_array(), "{}", reply.text);
    server.stop().await;
}

#[tokio::test]
async fn the_validator_helps_in_development() {
    let server = server();
    assert!(ask(&server, "{ helo }").await.text.contains("Did you mean"));
    server.stop().await;
}

#[tokio::test]
async fn health_is_told() {
    let server = server();
    assert_eq!(send(get(&server, "/health/live")).await.status, 200);
    let reply = send(get(&server, "/health/ready")).await;
    assert_eq!((reply.status.as_u16(), reply.json()["ready"].as_bool()), (200, Some(true)));
    server.health.register("log", || Err("the disk is full".to_owned()));
    let reply = send(get(&server, "/health/ready")).await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.json()["checks"]["log"], "the disk is full");
    server.stop().await;
}
