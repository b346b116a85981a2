//! What every slice's part of the API is built from: scalars, payloads, connections, filters, errors.

pub mod connection;
mod duration;
mod error;
pub mod filter;
mod idempotency;
mod page;
pub mod payload;
mod position;

pub use connection::{Connection, Edge, PageInfo};
pub use duration::Duration;
pub use error::{ApiError, ErrorCode, describe};
pub use idempotency::{IdempotencyKeyHeader, MAX_KEY_BYTES};
pub use page::{DEFAULT_PAGE, MAX_PAGE, page};
pub use position::Position;
