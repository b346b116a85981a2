//! What every connection shares.

use std::sync::Arc;

use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use super::{Authenticator, Engine, Health};

/// Whom the server is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Whoever develops against it: the schema and its explorer are open.
    #[default]
    Development,
    /// Everybody: strangers learn nothing of the schema.
    Production,
}

/// What the HTTP layer is made of.
#[derive(Clone)]
pub struct State {
    /// Executes operations.
    pub engine: Arc<dyn Engine>,
    /// Tells who bears a token.
    pub authenticator: Arc<dyn Authenticator>,
    /// What `/health/ready` answers.
    pub health: Health,
    /// What `/metrics` answers; `None` where nothing is recorded.
    pub metrics: Option<PrometheusHandle>,
    /// Whom the server is for.
    pub mode: Mode,
    /// Sites whose pages may open a WebSocket, such as `https://app.example.org`, beside the server's own.
    pub origins: Vec<String>,
    /// Whose word counts on whom they have a request from.
    pub proxies: Vec<IpNet>,
    /// Ends every socket, with a close frame that says so.
    pub ending: CancellationToken,
}
