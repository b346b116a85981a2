//! The graphql-transport-ws protocol.

use std::sync::atomic::Ordering;

use docket::http::Mode;
use futures::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::server::Server;
use super::socket::{Connected, Socket, connect};

fn server() -> Server {
    Server::start(Mode::Production)
}

fn next(id: &str, data: &Value, cost: u64) -> Value {
    let payload = json!({ "data": data, "extensions": { "cost": cost } });
    json!({ "type": "next", "id": id, "payload": payload })
}

fn complete(id: &str) -> Value {
    json!({ "type": "complete", "id": id })
}

#[tokio::test]
async fn a_subscription_is_answered_item_by_item_and_completes() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("a", "subscription { countTo(to: 2) }").await;
    assert_eq!(socket.receive().await, next("a", &json!({ "countTo": 1 }), 1));
    assert_eq!(socket.receive().await, next("a", &json!({ "countTo": 2 }), 1));
    assert_eq!(socket.receive().await, complete("a"));
    // Its id is free again.
    socket.subscribe("a", "{ whoami }").await;
    assert_eq!(socket.receive().await, next("a", &json!({ "whoami": "ada" }), 1));
    assert_eq!(socket.receive().await, complete("a"));
    server.stop().await;
}

#[tokio::test]
async fn queries_and_mutations_are_served_as_well() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("m", "mutation { count }").await;
    assert_eq!(socket.receive().await, next("m", &json!({ "count": 1 }), 11));
    assert_eq!(socket.receive().await, complete("m"));
    server.stop().await;
}

#[tokio::test]
async fn a_refused_operation_is_one_error_and_nothing_else() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    for (query, code) in [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($n: Int!) { countTo(to: $n) }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        socket.subscribe("e", query).await;
        let message = socket.receive().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("e")), "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code);
    }
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.receive().await, json!({ "type": "pong" }));
    server.stop().await;
}

#[tokio::test]
async fn an_error_of_the_source_ends_the_operation_and_is_told_with_its_code() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("b", "subscription { breaks }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["breaks"], 1);
    let message = socket.receive().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("b")), "{message}");
    assert_eq!(message["payload"][0]["extensions"]["code"], "FORBIDDEN", "{message}");
    server.stop().await;
}

#[tokio::test]
async fn a_panic_ends_only_its_own_operation() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("p", "subscription { panics }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["panics"], 1);
    let message = socket.receive().await;
    assert_eq!(message["type"], "error", "{message}");
    assert_eq!(message["payload"][0]["extensions"]["code"], "INTERNAL");
    socket.subscribe("q", "{ hello }").await;
    assert_eq!(socket.receive().await["id"], "q");
    server.stop().await;
}

#[tokio::test]
async fn a_completed_subscription_ends_on_the_server() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("s", "subscription { silence }").await;
    server.witness.begun(1).await;
    socket.send(complete("s")).await;
    // Unknown ids are ignored.
    socket.send(complete("never")).await;
    server.witness.ended(1).await;
    server.stop().await;
}

#[tokio::test]
async fn subscriptions_end_when_the_client_goes() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("s", "subscription { silence }").await;
    socket.subscribe("t", "subscription { silence }").await;
    server.witness.begun(2).await;
    drop(socket);
    server.witness.ended(2).await;
    server.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let server = server();
    let mut socket = Socket::open(&server).await;
    socket.send(json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(socket.receive().await, json!({ "type": "pong", "payload": { "n": 1 } }));
    socket.send(json!({ "type": "pong" })).await;
    socket.0.send(Message::Ping("x".into())).await.unwrap();
    assert_eq!(socket.next().await, Message::Pong("x".into()));
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_is_none_of_the_protocols_closes_with_4400() {
    let server = server();
    for text in [
        "hello",
        "[]",
        r#"{"type":"start","id":"1","payload":{"query":"{ hello }"}}"#,
        r#"{"type":"subscribe","payload":{"query":"{ hello }"}}"#,
        r#"{"type":"subscribe","id":"1","payload":"{ hello }"}"#,
        r#"{"type":"connection_init","payload":"token"}"#,
    ] {
        let mut socket = Socket::open(&server).await;
        socket.text(text).await;
        assert_eq!(socket.closed().await, 4400, "{text}");
    }
    let mut socket = Socket::open(&server).await;
    socket.0.send(Message::binary(&b"{}"[..])).await.unwrap();
    assert_eq!(socket.closed().await, 4400);
    server.stop().await;
}

#[tokio::test]
async fn an_operation_before_the_acknowledgement_closes_with_4401() {
    let server = server();
    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.closed().await, 4401);
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_token_closes_with_4403() {
    let server = server();
    for token in [json!("Bearer bad"), json!("good"), json!(7)] {
        let mut socket = Socket::open(&server).await;
        socket.init(json!({ "authorization": token })).await;
        assert_eq!(socket.closed().await, 4403);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_stranger_is_acknowledged_and_known_as_nobody() {
    let server = server();
    let mut socket = Socket::open(&server).await;
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.receive().await, json!({ "type": "connection_ack" }));
    socket.subscribe("1", "{ whoami }").await;
    let message = socket.receive().await;
    let error = &message["payload"]["errors"][0];
    assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED", "{message}");
    server.stop().await;
}

#[tokio::test]
async fn a_second_init_closes_with_4429() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.init(json!({})).await;
    assert_eq!(socket.closed().await, 4429);
    server.stop().await;
}

#[tokio::test]
async fn an_id_in_use_closes_with_4409() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("1", "subscription { silence }").await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.closed().await, 4409);
    server.stop().await;
}

#[tokio::test]
async fn silence_instead_of_an_init_closes_with_4408() {
    let server = server();
    let mut socket = Socket::open(&server).await;
    assert_eq!(socket.closed().await, 4408);
    server.stop().await;
}

#[tokio::test]
async fn a_client_of_another_sub_protocol_is_closed_with_4406() {
    let server = server();
    let (socket, chosen) = connect(&server, None, None).await.unwrap();
    assert_eq!(chosen, "");
    assert_eq!(Socket(socket).closed().await, 4406);
    server.stop().await;
}

#[tokio::test]
async fn pages_of_other_sites_may_not_open_a_socket() {
    let server = server();
    let status = |result: Result<Connected, Error>| match result {
        Ok(_) => 101,
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
    };
    let protocol = Some("graphql-transport-ws");
    for (origin, expected) in [
        ("https://evil.example.org", 403),
        ("null", 403),
        ("http://localhost:5173", 403),
        ("https://app.example.org", 101),
    ] {
        assert_eq!(status(connect(&server, protocol, Some(origin)).await), expected, "{origin}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_socket_closes_with_4401_when_its_token_is_revoked() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("1", "subscription { silence }").await;
    server.witness.begun(1).await;
    server.revoke.cancel();
    assert_eq!(socket.closed().await, 4401);
    server.witness.ended(1).await;
    server.stop().await;
}

#[tokio::test]
async fn a_socket_closes_with_4401_when_its_token_ends() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    server.clock.advance(601);
    assert_eq!(socket.closed().await, 4401);
    server.stop().await;
}

#[tokio::test]
async fn sockets_get_their_close_frame_when_the_server_stops() {
    let server = server();
    let mut idle = Socket::open(&server).await;
    let mut busy = Socket::ready(&server).await;
    busy.subscribe("1", "subscription { silence }").await;
    server.witness.begun(1).await;
    let (idle, busy, ()) = tokio::join!(idle.closed(), busy.closed(), server.stop());
    assert_eq!((idle, busy), (1001, 1001));
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_up_only_itself() {
    let server = server();
    let mut slow = Socket::ready(&server).await;
    slow.subscribe("1", "subscription { flood }").await;
    server.witness.begun(1).await;
    // It is made no faster than it is read: the source comes to a halt while others are served.
    let mut other = Socket::ready(&server).await;
    let mut made = server.witness.made.load(Ordering::SeqCst);
    loop {
        for _ in 0..50 {
            other.subscribe("q", "{ hello }").await;
            assert_eq!(other.receive().await["type"], "next");
            assert_eq!(other.receive().await, complete("q"));
        }
        let now = server.witness.made.load(Ordering::SeqCst);
        if now == made {
            break;
        }
        made = now;
    }
    assert!(made < 50_000, "{made} items were made for a client that reads none");
    assert_eq!(slow.receive().await["type"], "next");
    drop(slow);
    server.witness.ended(1).await;
    server.stop().await;
}

#[tokio::test]
async fn a_socket_takes_a_hundred_operations_at_once() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    for id in 0..100 {
        socket.subscribe(&id.to_string(), "subscription { silence }").await;
    }
    socket.subscribe("more", "subscription { silence }").await;
    let message = socket.receive().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("more")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    server.stop().await;
}

#[tokio::test]
async fn a_frame_that_is_too_long_closes_with_1009() {
    let server = server();
    let mut socket = Socket::ready(&server).await;
    let query = format!("{{ hello(name: \"{}\") }}", "x".repeat(2_000_000));
    // The server may close while the frame is still being sent.
    let _ = socket.0.send(Message::text(json!({ "query": query }).to_string())).await;
    assert_eq!(socket.closed().await, 1009);
    server.stop().await;
}
