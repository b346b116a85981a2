//! Reading a body: bounded in bytes and in time.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures::StreamExt;

use crate::graphql::common::{ApiError, ErrorCode};

/// How long a client may take to send its body.
const READ_WITHIN: Duration = Duration::from_secs(15);

/// The whole body.
///
/// One that says it is longer than `limit` is refused before any of it is read.
///
/// # Errors
/// `BODY_TOO_LARGE`, and `BAD_REQUEST` for one that does not arrive whole and in time.
pub async fn read(req: &HttpRequest, body: Payload, limit: usize) -> Result<Bytes, ApiError> {
    let announced = req.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > limit as u64) {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(READ_WITHIN, collect(body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(broken("the body did not arrive in time")),
    }
}

async fn collect(mut body: Payload, limit: usize) -> Result<Bytes, ApiError> {
    let mut whole: Option<Bytes> = None;
    let mut parts = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| broken(&format!("the body is broken: {error}")))?;
        // Most bodies come in one piece, which is passed on as it is.
        match whole.take() {
            None if parts.is_empty() => whole = Some(chunk),
            first => {
                parts.extend_from_slice(&first.unwrap_or_default());
                parts.extend_from_slice(&chunk);
            }
        }
        if whole.as_ref().map_or(parts.len(), Bytes::len) > limit {
            return Err(too_large(limit));
        }
    }
    Ok(whole.unwrap_or_else(|| parts.freeze()))
}

fn too_large(limit: usize) -> ApiError {
    let message = format!("the body has more than {limit} bytes, which is the most that is read");
    ApiError::request(ErrorCode::BodyTooLarge, message)
}

fn broken(message: &str) -> ApiError {
    ApiError::request(ErrorCode::BadRequest, message)
}
