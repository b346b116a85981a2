//! An answer as an HTTP response.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use async_graphql::Value;

use super::Answer;
use super::media::Media;
use crate::graphql::common::{ApiError, ErrorCode};

/// The methods that `/graphql` serves.
const METHODS: &str = "GET, POST";

/// Writes `answer` in `media`.
pub fn reply(answer: &Answer, media: Media) -> HttpResponse {
    let status = status(answer, media);
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_TYPE, media.content_type()));
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            response.insert_header((ALLOW, METHODS));
        }
        StatusCode::UNAUTHORIZED => {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        _ => {}
    }
    if let Some(seconds) = retry_after(answer) {
        response.insert_header((RETRY_AFTER, seconds));
    }
    response.body(answer.to_json())
}

/// The refusal of a request that never became an operation.
pub fn refuse(error: ApiError) -> HttpResponse {
    reply(&Answer::refused(error), Media::Json)
}

/// 200 for whatever was executed. What was not has the status of its error, except that clients which know
/// only `application/json` are told of a document's faults with 200, as they always were.
fn status(answer: &Answer, media: Media) -> StatusCode {
    if answer.data.is_some() {
        return StatusCode::OK;
    }
    let code = answer.code().unwrap_or(ErrorCode::Internal);
    if media == Media::Json && is_of_document(code) {
        return StatusCode::OK;
    }
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Whether the request was well-formed, and its document or variables were not.
fn is_of_document(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::ParseFailed
            | ErrorCode::ValidationFailed
            | ErrorCode::QueryTooLong
            | ErrorCode::QueryTooDeep
            | ErrorCode::QueryTooComplex
            | ErrorCode::TooManyAliases
            | ErrorCode::TooManyDirectives
            | ErrorCode::TooManyRootFields
    )
}

fn retry_after(answer: &Answer) -> Option<String> {
    let told = |error: &async_graphql::ServerError| match error
        .extensions
        .as_ref()?
        .get("retryAfterSeconds")?
    {
        Value::Number(seconds) => Some(seconds.to_string()),
        _ => None,
    };
    answer.errors.iter().find_map(told)
}
