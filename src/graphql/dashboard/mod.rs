//! The dashboard.

mod query;
mod subscription;
mod types;

pub use query::DashboardQuery;
pub use subscription::DashboardSubscription;
pub use types::Dashboard;
