//! What every slice's part of the API is built from: scalars, payloads, connections, filters, errors.

mod error;
pub mod payload;
mod position;

pub use error::{ApiError, ErrorCode, describe};
pub use position::Position;
