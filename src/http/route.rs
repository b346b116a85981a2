//! The paths that are served.

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::envelope::Envelope;
use super::media::{self, Media};
use super::reply::{refuse, reply};
use super::sender::sender;
use super::{Answer, Call, Principal, RequestInfo, State, body, ws};
use crate::graphql::common::{ApiError, ErrorCode, MAX_KEY_BYTES};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds the paths to an application whose data holds the [`State`].
pub fn configure(paths: &mut ServiceConfig) {
    let graphql = web::resource("/graphql")
        .route(web::post().to(post))
        .route(web::get().to(get))
        .default_service(web::to(other_method));
    paths
        .service(graphql)
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

/// What is answered for a path that is not served.
pub async fn nothing_here() -> HttpResponse {
    let message = "nothing is served here: the API is at /graphql";
    refuse(ApiError::request(ErrorCode::NotFound, message))
}

async fn other_method() -> HttpResponse {
    let message = "operations are sent to /graphql by POST, queries also by GET";
    refuse(ApiError::request(ErrorCode::MethodNotAllowed, message))
}

async fn post(req: HttpRequest, payload: Payload, state: Data<State>) -> HttpResponse {
    let Some(media) = Media::preferred(header(&req, &ACCEPT)) else { return not_acceptable() };
    let answer = match posted(&req, payload, &state).await {
        Ok(call) => execute(&state, call).await,
        Err(error) => Answer::refused(error),
    };
    reply(&answer, media)
}

async fn posted(req: &HttpRequest, payload: Payload, state: &State) -> Result<Call, ApiError> {
    // A page of another site can have a browser send any form, but JSON only where it is let.
    if !header(req, &CONTENT_TYPE).is_some_and(media::is_json) {
        let message = "send the operation as JSON, with `Content-Type: application/json`";
        return Err(ApiError::request(ErrorCode::UnsupportedMediaType, message));
    }
    let body = body::read(req, payload, state.engine.limits().body_bytes).await?;
    let envelope = Envelope::read(&body)?;
    call(req, envelope, state, false).await
}

async fn get(req: HttpRequest, payload: Payload, state: Data<State>) -> HttpResponse {
    if ws::is_upgrade(&req) {
        return ws::open(&req, payload, &state);
    }
    match Envelope::read_query_string(req.query_string()) {
        Ok(Some(envelope)) => queried(&req, envelope, &state).await,
        Ok(None) => without_query(&req, &state),
        Err(error) => refuse(error),
    }
}

async fn queried(req: &HttpRequest, envelope: Envelope, state: &State) -> HttpResponse {
    let Some(media) = Media::preferred(header(req, &ACCEPT)) else { return not_acceptable() };
    let answer = match call(req, envelope, state, true).await {
        Ok(call) => execute(state, call).await,
        Err(error) => Answer::refused(error),
    };
    reply(&answer, media)
}

/// Has the call executed, and records how long that took and what came of it.
async fn execute(state: &State, call: Call) -> Answer {
    let (began, request) = (Instant::now(), call.info.id);
    let answer = state.engine.execute(call).await;
    let (took, code) = (began.elapsed(), answer.code().map_or("OK", ErrorCode::as_str));
    metrics::histogram!("docket_request_seconds", "code" => code).record(took);
    tracing::debug!(%request, code, took_us = took.as_micros(), "answered");
    answer
}

fn without_query(req: &HttpRequest, state: &State) -> HttpResponse {
    if state.mode == super::Mode::Development && media::wants_page(header(req, &ACCEPT)) {
        let page = async_graphql::http::GraphiQLSource::build()
            .endpoint("/graphql")
            .subscription_endpoint("/graphql")
            .title("Docket")
            .finish();
        return HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page);
    }
    refuse(ApiError::request(ErrorCode::BadRequest, "give the document in `query`"))
}

fn not_acceptable() -> HttpResponse {
    let message = "answers are application/graphql-response+json or application/json";
    refuse(ApiError::request(ErrorCode::NotAcceptable, message))
}

async fn call(
    req: &HttpRequest,
    envelope: Envelope,
    state: &State,
    read_only: bool,
) -> Result<Call, ApiError> {
    Ok(Call {
        query: envelope.query,
        operation_name: envelope.operation_name,
        variables: envelope.variables,
        principal: principal(req, state).await?,
        info: info(req, state),
        idempotency_key: idempotency_key(req)?,
        read_only,
    })
}

async fn principal(
    req: &HttpRequest,
    state: &State,
) -> Result<Option<Arc<dyn Principal>>, ApiError> {
    let Some(value) = req.headers().get(AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(bearer).ok_or_else(|| {
        let message = "send the access token or the API key as `Authorization: Bearer …`";
        ApiError::Unauthenticated(message.to_owned())
    })?;
    Arc::clone(&state.authenticator).authenticate(token).await.map(Some)
}

/// The token of an `Authorization` header.
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// What is known of a request beside its operation.
pub fn info(req: &HttpRequest, state: &State) -> RequestInfo {
    let given = header(req, &REQUEST_ID).and_then(|id| id.parse().ok());
    RequestInfo {
        id: given.unwrap_or_else(crate::ids::reference),
        peer: sender(req, &state.proxies),
    }
}

fn idempotency_key(req: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(value) = req.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let fits = |key: &&str| (1..=MAX_KEY_BYTES).contains(&key.len());
    let key = value.to_str().ok().filter(fits).map(str::to_owned);
    key.map(Some).ok_or_else(|| {
        let message = format!("an `Idempotency-Key` has 1 to {MAX_KEY_BYTES} printable characters");
        ApiError::request(ErrorCode::BadRequest, message)
    })
}

fn header<'a>(req: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    req.headers().get(name).and_then(|value| value.to_str().ok())
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "live": true }))
}

async fn ready(state: Data<State>) -> HttpResponse {
    let report = state.health.report();
    let mut response =
        if report.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(report)
}

async fn metrics(state: Data<State>) -> HttpResponse {
    match &state.metrics {
        Some(recorded) => HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(recorded.render()),
        None => nothing_here().await,
    }
}
