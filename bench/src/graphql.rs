//! GraphQL requests and answers, over a kept connection.

use std::io;
use std::net::SocketAddr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::http::{Answer, Connection};

/// How much of an answer that nobody understands is shown, in bytes.
const SHOWN_BYTES: usize = 2_000;

/// Why a request has no data.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No answer came: whether the request took effect is unknown.
    #[error("no answer came: {0}")]
    Unanswered(io::Error),
    /// The server, or what it needs, is away for the moment: the request may be sent again, under the same
    /// idempotency key.
    #[error("{code}: try again after {retry_after_s} s")]
    Unavailable {
        /// What the server says.
        code: String,
        /// When it may answer again.
        retry_after_s: u64,
    },
    /// The answer is an error, or is not one of GraphQL.
    #[error("HTTP {status}: {reason}: {body}")]
    Refused {
        /// The status code.
        status: u16,
        /// What is wrong with it.
        reason: String,
        /// The beginning of the answer.
        body: String,
    },
}

/// A caller with a connection of its own.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
}

#[derive(Serialize)]
struct Request<'a, V> {
    query: &'a str,
    variables: V,
}

/// What every mutation here is given.
#[derive(Debug, Serialize)]
pub struct Input<T> {
    /// The mutation's one argument.
    pub input: T,
}

/// What an answer shows.
#[derive(Debug)]
pub struct Shown<T> {
    /// Its data.
    pub data: T,
    /// Whether a read model was behind: what it could not show in time is null.
    pub is_behind: bool,
}

#[derive(Deserialize)]
struct Answered<T> {
    data: Option<T>,
    #[serde(default)]
    errors: Vec<TopError>,
}

/// An error beside the data.
#[derive(Debug, Deserialize)]
struct TopError {
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Debug, Default, Deserialize)]
struct Extensions {
    #[serde(default)]
    code: String,
}

/// An error in a payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserError {
    /// What is wrong, for programs.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
}

/// The code of the error beside an entity that the read model could not show in time; its command
/// stands.
const READ_MODEL_BEHIND: &str = "READ_MODEL_BEHIND";

/// The codes of a server that cannot answer for the moment.
const AWAY: [&str; 2] = ["UNAVAILABLE", "OUTCOME_UNKNOWN"];

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// When the server does not listen.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { connection: Connection::open(address).await? })
    }

    /// Sends a document and answers its data.
    ///
    /// # Errors
    /// As [`ask_shown`](Self::ask_shown).
    pub async fn ask<T: DeserializeOwned>(
        &mut self,
        bearer: Option<&str>,
        document: &str,
        variables: impl Serialize,
    ) -> Result<T, AskError> {
        Ok(self.ask_shown(bearer, document, variables).await?.data)
    }

    /// Sends a document and answers what it shows.
    ///
    /// # Errors
    /// `Unanswered` when the connection ends first, `Unavailable` when the server asks to try again later,
    /// `Refused` when the answer has errors other than `READ_MODEL_BEHIND`.
    pub async fn ask_shown<T: DeserializeOwned>(
        &mut self,
        bearer: Option<&str>,
        document: &str,
        variables: impl Serialize,
    ) -> Result<Shown<T>, AskError> {
        let body = serde_json::to_vec(&Request { query: document, variables })
            .map_err(|error| AskError::Unanswered(error.into()))?;
        let answer = self.connection.post(bearer, &body).await.map_err(AskError::Unanswered)?;
        if let Some(unavailable) = unavailable(&answer) {
            return Err(unavailable);
        }
        shown(answer.body).map_err(|reason| {
            let beginning = answer.body.get(..SHOWN_BYTES).unwrap_or(answer.body);
            let body = String::from_utf8_lossy(beginning).into_owned();
            AskError::Refused { status: answer.status, reason, body }
        })
    }
}

/// Whether something was away, with when to try again: all of it, which is 503, or a part.
fn unavailable(answer: &Answer<'_>) -> Option<AskError> {
    let retry_after_s = answer.retry_after_s?;
    let answered: Answered<serde_json::Value> = serde_json::from_slice(answer.body).ok()?;
    let mut codes = answered.errors.into_iter().map(|error| error.extensions.code);
    let code = codes.find(|code| AWAY.contains(&&**code))?;
    let is_told = answer.status == 503 || answered.data.is_some();
    is_told.then_some(AskError::Unavailable { code, retry_after_s })
}

fn shown<T: DeserializeOwned>(body: &[u8]) -> Result<Shown<T>, String> {
    let answered: Answered<T> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let fatal = answered.errors.iter().find(|error| error.extensions.code != READ_MODEL_BEHIND);
    if let Some(TopError { message, extensions }) = fatal {
        return Err(format!("{message} ({})", extensions.code));
    }
    let is_behind = !answered.errors.is_empty();
    let data = answered.data.ok_or_else(|| "it has no data".to_owned())?;
    Ok(Shown { data, is_behind })
}
