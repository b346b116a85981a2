//! A client's end of a WebSocket.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::server::{Server, TOKEN};

/// A client's end of a socket.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub async fn open(server: &Server) -> Self {
        let (socket, response) = connect(server, Some("graphql-transport-ws"), None).await.unwrap();
        assert_eq!(response, "graphql-transport-ws");
        Self(socket)
    }

    /// A socket that was acknowledged.
    pub async fn ready(server: &Server) -> Self {
        let mut socket = Self::open(server).await;
        socket.init(json!({ "Authorization": format!("Bearer {TOKEN}") })).await;
        assert_eq!(socket.receive().await, json!({ "type": "connection_ack" }));
        socket
    }

    pub async fn init(&mut self, payload: Value) {
        self.send(json!({ "type": "connection_init", "payload": payload })).await;
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.send(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    pub async fn send(&mut self, message: Value) {
        self.text(&message.to_string()).await;
    }

    pub async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("the socket is open");
    }

    /// The next message of the protocol.
    pub async fn receive(&mut self) -> Value {
        match self.next().await {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("expected a text, got {other:?}"),
        }
    }

    /// The code with which the server closes the socket, whatever it sends before.
    pub async fn closed(&mut self) -> u16 {
        loop {
            match self.next().await {
                Message::Close(Some(frame)) => return frame.code.into(),
                Message::Close(None) => panic!("closed without a code"),
                _ => {}
            }
        }
    }

    pub async fn next(&mut self) -> Message {
        let next = tokio::time::timeout(Duration::from_secs(15), self.0.next()).await;
        next.expect("in time").expect("not gone without a close frame").expect("a frame")
    }
}

/// A socket, and the sub-protocol that the server chose.
pub type Connected = (WebSocketStream<MaybeTlsStream<TcpStream>>, String);

/// Opens a socket.
pub async fn connect(
    server: &Server,
    protocol: Option<&'static str>,
    origin: Option<&'static str>,
) -> Result<Connected, Error> {
    let url = server.url("/graphql").replace("http://", "ws://");
    let mut request = url.into_client_request()?;
    let headers = request.headers_mut();
    if let Some(protocol) = protocol {
        headers.insert("sec-websocket-protocol", protocol.parse().unwrap());
    }
    if let Some(origin) = origin {
        headers.insert("origin", origin.parse().unwrap());
    }
    let (socket, response) = connect_async(request).await?;
    let chosen = response.headers().get("sec-websocket-protocol");
    Ok((socket, chosen.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()))
}
