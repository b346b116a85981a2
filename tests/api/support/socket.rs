//! A subscription over a WebSocket.

use std::collections::VecDeque;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Client;

/// How long a message may take: far longer than any does on a busy machine.
const WITHIN: Duration = Duration::from_mins(1);

/// One subscription on a socket of its own.
pub struct Subscription {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What came before anybody waited for it.
    early: VecDeque<Value>,
}

impl Subscription {
    /// Subscribes by `query`, as `client`, and waits for a sign of life: the server begins what it is asked for
    /// before it hears anything else, so that what happens later is told.
    pub async fn open(client: &Client, query: &str, variables: Value) -> Self {
        let url = format!("{}/graphql", client.url).replace("http://", "ws://");
        let mut request = url.into_client_request().expect("a URL");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (socket, _) = connect_async(request).await.expect("the socket opens");
        let mut this = Self { socket, early: VecDeque::new() };
        let token = client.token.as_ref().map(|token| format!("Bearer {token}"));
        let init = token.map(|token| json!({ "Authorization": token }));
        this.send(&json!({ "type": "connection_init", "payload": init })).await;
        assert_eq!(this.receive().await["type"], "connection_ack");
        let payload = json!({ "query": query, "variables": variables });
        this.send(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        let told = this.drained().await;
        this.early.extend(told);
        this
    }

    /// The next update's data.
    pub async fn next(&mut self) -> Value {
        let message = self.receive().await;
        assert_eq!(message["type"], "next", "{message:#}");
        assert!(message["payload"]["errors"].is_null(), "{message:#}");
        message["payload"]["data"].clone()
    }

    /// The next message, whatever it is.
    pub async fn whole(&mut self) -> Value {
        self.receive().await
    }

    /// Whatever the server has sent by the time that it answers a ping.
    pub async fn drained(&mut self) -> Vec<Value> {
        self.send(&json!({ "type": "ping" })).await;
        let mut told = Vec::new();
        told.extend(self.early.drain(..));
        loop {
            let message = self.receive().await;
            if message["type"] == "pong" {
                return told;
            }
            told.push(message);
        }
    }

    /// The updates up to the first for which `is_last` holds, with it.
    pub async fn until(&mut self, is_last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut updates = vec![self.next().await];
        while !updates.last().is_some_and(&is_last) {
            updates.push(self.next().await);
        }
        updates
    }

    /// The code of the error with which the subscription ends, and nothing else is delivered before.
    pub async fn ends_with(&mut self) -> String {
        let message = self.receive().await;
        assert_eq!(message["type"], "error", "{message:#}");
        let code = message["payload"][0]["extensions"]["code"].as_str();
        code.expect("a code").to_owned()
    }

    async fn send(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.expect("the socket is open");
    }

    async fn receive(&mut self) -> Value {
        if let Some(early) = self.early.pop_front() {
            return early;
        }
        loop {
            let next = tokio::time::timeout(WITHIN, self.socket.next()).await.expect("in time");
            match next.expect("not closed").expect("a frame") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("expected a text, got {other:?}"),
            }
        }
    }
}
