//! What one request may ask for.

use docket::http::Mode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::{ask, post, send};
use super::server::Server;

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused() {
    let server = Server::start(Mode::Development);
    let query = format!("{{ hello(name: \"{}\") }}", "x".repeat(10_000_000));
    let reply = send(post(&server, json!({ "query": query }).to_string())).await;
    assert_eq!(reply.refusal(), (413, "BODY_TOO_LARGE".to_owned()));
    assert_eq!(ask(&server, "{ hello }").await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_say_how_long_it_is_is_refused_as_well() {
    let server = Server::start(Mode::Development);
    let mut socket = TcpStream::connect(server.handle.address()).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nHost: docket\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    for _ in 0..17 {
        socket.write_all(chunk.as_bytes()).await.unwrap();
    }
    let mut answer = vec![0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
    server.stop().await;
}

#[tokio::test]
async fn a_document_over_a_limit_is_refused_with_the_limits_code() {
    let server = Server::start(Mode::Development);
    let nested = |levels: usize| {
        format!("{{ boxes {{ {} label {} }} }}", "inside { ".repeat(levels), "} ".repeat(levels))
    };
    for (document, code) in [
        (nested(50), "QUERY_TOO_DEEP"),
        (nested(10_000), "QUERY_TOO_LONG"),
        ("{".repeat(1_000), "QUERY_TOO_DEEP"),
        (nested(12), "QUERY_TOO_COMPLEX"),
        (format!("{{ {} }}", "a: hello ".repeat(51)), "TOO_MANY_ALIASES"),
        (format!("{{ hello {} }}", "@skip(if: false) ".repeat(51)), "TOO_MANY_DIRECTIVES"),
        (format!("{{ {} }}", "hello ".repeat(21)), "TOO_MANY_ROOT_FIELDS"),
        (format!("{{ hello }} # {}", "x".repeat(70_000)), "QUERY_TOO_LONG"),
    ] {
        let reply = ask(&server, &document).await;
        assert_eq!(reply.refusal(), (400, code.to_owned()), "{document:.60}");
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_ended() {
    let server = Server::start(Mode::Development);
    assert_eq!(ask(&server, "{ sleeps }").await.refusal(), (503, "TIMED_OUT".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn graphiqls_own_introspection_is_within_the_limits() {
    let server = Server::start(Mode::Development);
    let of_types = "ofType { kind name ".repeat(9);
    let reference = format!("kind name {of_types} {}", "} ".repeat(9));
    let document = format!(
        "query IntrospectionQuery {{ __schema {{
            queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
            types {{ ...FullType }}
            directives {{ name description locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
        fragment FullType on __Type {{ kind name description specifiedByURL
            fields(includeDeprecated: true) {{ name description
                args(includeDeprecated: true) {{ ...InputValue }}
                type {{ ...TypeRef }} isDeprecated deprecationReason }}
            inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
            enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
            possibleTypes {{ ...TypeRef }} }}
        fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue
            isDeprecated deprecationReason }}
        fragment TypeRef on __Type {{ {reference} }}"
    );
    let reply = ask(&server, &document).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.json().get("errors").is_none(), "{}", reply.text);
    server.stop().await;
}
