//! What the server tells of itself: logs and metrics.

mod logs;
mod metrics;

pub use logs::{LogError, init_logs};
pub use metrics::{init_metrics, recorded};
