//! Why a socket is closed by the server.

use actix_ws::{CloseCode, CloseReason};

/// Why a socket is closed by the server; the codes are the protocol's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Close {
    /// The server ends; the client should connect again.
    GoingAway,
    /// A frame is longer than is read.
    TooBig,
    /// A frame is not WebSocket's.
    ProtocolError,
    /// Nothing was heard of the client for too long.
    Silent,
    /// A message is not one of the protocol.
    Invalid(String),
    /// An operation before the connection was acknowledged, or the token has ended.
    Unauthorized(&'static str),
    /// The token is not valid.
    Forbidden,
    /// The client does not speak the sub-protocol.
    UnknownProtocol,
    /// No `connection_init` came in time.
    InitTimeout,
    /// An operation of this id runs already.
    DuplicateId(String),
    /// A second `connection_init`.
    TooManyInits,
    /// A fault of Docket's own, or of what it depends on.
    Failed,
}

impl Close {
    fn code(&self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::ProtocolError => 1002,
            Self::Silent => 1008,
            Self::TooBig => 1009,
            Self::Failed => 1011,
            Self::Invalid(_) => 4400,
            Self::Unauthorized(_) => 4401,
            Self::Forbidden => 4403,
            Self::UnknownProtocol => 4406,
            Self::InitTimeout => 4408,
            Self::DuplicateId(_) => 4409,
            Self::TooManyInits => 4429,
        }
    }

    fn description(&self) -> String {
        match self {
            Self::GoingAway => "The server ends: connect again".to_owned(),
            Self::TooBig => "Message too big".to_owned(),
            Self::ProtocolError => "Protocol error".to_owned(),
            Self::Silent => "Nothing heard for too long".to_owned(),
            Self::Invalid(why) => why.clone(),
            Self::Unauthorized(why) => (*why).to_owned(),
            Self::Forbidden => "Forbidden".to_owned(),
            Self::UnknownProtocol => "Subprotocol not acceptable".to_owned(),
            Self::InitTimeout => "Connection initialisation timeout".to_owned(),
            Self::DuplicateId(id) => format!("Subscriber for {id} already exists"),
            Self::TooManyInits => "Too many initialisation requests".to_owned(),
            Self::Failed => "Internal error".to_owned(),
        }
    }

    /// The close frame's content.
    pub fn reason(&self) -> CloseReason {
        let code = CloseCode::from(self.code());
        CloseReason { code, description: Some(self.description()) }
    }
}
