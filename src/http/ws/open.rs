//! The handshake: from an HTTP request to a socket.

use actix_web::http::header::{CONNECTION, HOST, HeaderName, ORIGIN, UPGRADE};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::close::Close;
use super::socket::Socket;
use crate::graphql::common::{ApiError, ErrorCode};
use crate::http::reply::refuse;
use crate::http::{Mode, State, route};

/// The sub-protocol's name.
const PROTOCOL: &str = "graphql-transport-ws";

/// Whether a request wants to become a WebSocket.
pub fn is_upgrade(req: &HttpRequest) -> bool {
    let names = |header: &HeaderName, name: &str| {
        let value = req.headers().get(header).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.split(',').any(|v| v.trim().eq_ignore_ascii_case(name)))
    };
    names(&CONNECTION, "upgrade") && names(&UPGRADE, "websocket")
}

/// Opens a socket, which then runs until either side closes it.
pub fn open(req: &HttpRequest, payload: Payload, state: &State) -> HttpResponse {
    if let Err(refused) = check_origin(req, state) {
        return refuse(refused);
    }
    let limit = state.engine.limits().body_bytes;
    let (response, session, messages) =
        match actix_ws::handle_with_protocols(req, payload, &[PROTOCOL]) {
            Ok(opened) => opened,
            Err(error) => {
                let message = format!("this is no WebSocket handshake: {error}");
                return refuse(ApiError::request(ErrorCode::BadRequest, message));
            }
        };
    let messages = messages.max_frame_size(limit).aggregate_continuations();
    let messages = messages.max_continuation_size(limit);
    if response.headers().contains_key("sec-websocket-protocol") {
        let socket = Socket::new(session, messages, state.clone(), route::info(req, state));
        actix_web::rt::spawn(socket.run());
    } else {
        actix_web::rt::spawn(async move {
            // It may be gone already, which is as well.
            let _ = session.close(Some(Close::UnknownProtocol.reason())).await;
        });
    }
    response
}

/// A browser sends the origin of the page that opens a socket; other clients send none.
fn check_origin(req: &HttpRequest, state: &State) -> Result<(), ApiError> {
    let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = header(&ORIGIN) else { return Ok(()) };
    let own = header(&HOST).is_some_and(|host| authority(origin) == Some(host));
    let listed = state.origins.iter().any(|allowed| allowed == origin);
    let local = state.mode == Mode::Development && is_local(origin);
    if own || listed || local {
        return Ok(());
    }
    let message = format!("pages of `{origin}` may not open a WebSocket here");
    Err(ApiError::request(ErrorCode::CrossSiteRefused, message))
}

fn authority(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

fn is_local(origin: &str) -> bool {
    let host =
        authority(origin).map(|found| found.rsplit_once(':').map_or(found, |(host, _)| host));
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_pages_are_told_from_others() {
        for local in ["http://localhost:5173", "http://127.0.0.1", "http://[::1]:3000"] {
            assert!(is_local(local), "{local}");
        }
        for other in ["http://localhost.example.org", "https://example.org:80", "null"] {
            assert!(!is_local(other), "{other}");
        }
    }
}
