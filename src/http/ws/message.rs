//! The messages of the protocol.

use async_graphql::{ServerError, Variables};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::Answer;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromClient {
    /// Wants to begin; says who it is.
    ConnectionInit {
        /// The token, as `Authorization` or `authorization`.
        payload: Option<Map<String, Value>>,
    },
    /// Wants a `pong`.
    Ping {
        /// Sent back as it is.
        payload: Option<Map<String, Value>>,
    },
    /// Is there.
    Pong {
        /// Of no meaning.
        #[serde(rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    /// Asks for an operation.
    Subscribe {
        /// By what its answers are known.
        id: String,
        /// The operation.
        payload: Operation,
    },
    /// Wants no more of an operation.
    Complete {
        /// Which.
        id: String,
    },
}

/// An operation that a client asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the protocol's own name")]
pub struct Operation {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The operation's variables.
    #[serde(default)]
    pub variables: Variables,
    /// Checked to be a map; Docket knows no extension.
    #[serde(rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

impl FromClient {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn read(text: &str) -> Result<Self, String> {
        let message: Self = serde_json::from_str(text).map_err(|error| {
            let mut why = format!("Invalid message: {error}");
            why.truncate(why.floor_char_boundary(MAX_REASON_BYTES));
            why
        })?;
        match &message {
            Self::Subscribe { id, .. } | Self::Complete { id } if id.is_empty() => {
                Err("Invalid message: `id` is empty".to_owned())
            }
            _ => Ok(message),
        }
    }
}

/// What a close frame can hold of a reason, in bytes.
const MAX_REASON_BYTES: usize = 120;

/// What the server sends.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromServer<'a> {
    /// The connection stands.
    ConnectionAck,
    /// Answers a `ping`.
    Pong {
        /// What the ping held.
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<&'a Map<String, Value>>,
    },
    /// One answer of an operation.
    Next {
        /// Which operation.
        id: &'a str,
        /// The answer.
        payload: &'a Answer,
    },
    /// The operation was refused, or failed; it has ended.
    Error {
        /// Which operation.
        id: &'a str,
        /// Why.
        payload: &'a [ServerError],
    },
    /// The operation has ended.
    Complete {
        /// Which.
        id: &'a str,
    },
}

impl FromServer<'_> {
    /// The message's text.
    ///
    /// # Errors
    /// Where an answer cannot be written.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_of_the_protocol_is_read() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"connection_init","payload":{"Authorization":"Bearer x"}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"pong","payload":{"a":1}}"#,
            r#"{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":null}}"#,
            r#"{"id":"1","type":"complete"}"#,
        ] {
            assert!(FromClient::read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "[]",
            r#"{"type":"start","id":"1","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"connection_init","payload":"token"}"#,
            r#"{"type":"ping","payload":1}"#,
        ] {
            let refused = FromClient::read(text).expect_err(text);
            assert!(refused.len() <= MAX_REASON_BYTES, "{refused}");
        }
    }
}
