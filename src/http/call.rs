//! One operation that somebody asks for, whatever it came over.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::Variables;
use uuid::Uuid;

use super::Principal;

/// One operation on its way to the executor.
pub struct Call {
    /// The document.
    pub query: String,
    /// Which of its operations; `None` where it has only one.
    pub operation_name: Option<String>,
    /// The operation's variables.
    pub variables: Variables,
    /// Who asks; `None` for a stranger.
    pub principal: Option<Arc<dyn Principal>>,
    /// What is known of the request.
    pub info: RequestInfo,
    /// The request's `Idempotency-Key` header.
    pub idempotency_key: Option<String>,
    /// Whether only a query may be executed, as over GET.
    pub read_only: bool,
}

/// What is known of a request beside its operation; resolvers find it in their context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestInfo {
    /// The request's id, from the `X-Request-Id` header where that is a UUID: what everything that follows
    /// from the request is tied together by.
    pub id: Uuid,
    /// The address that it came from; `None` where it is not known.
    pub peer: Option<IpAddr>,
}
