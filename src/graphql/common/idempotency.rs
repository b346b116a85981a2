//! The `Idempotency-Key` header, as resolvers see it.

/// The request's `Idempotency-Key` header: what a mutation's input without a key of its own falls back to.
///
/// The HTTP layer puts it into the request's data where the header is there and well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKeyHeader(pub String);

/// The longest idempotency key, in bytes; it is held in an index.
pub const MAX_KEY_BYTES: usize = 255;
