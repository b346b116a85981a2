//! Starting a server, and stopping it in the right order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use docket_domain::Clock;
use docket_eventlog::EventLog;
use tokio::runtime::Handle;

use super::{Services, Settings, StartError, Stores};
use crate::graphql::api::Api;
use crate::graphql::limits::Limits;
use crate::graphql::schema::schema;
use crate::http::{self, Health, SchemaEngine, ServerHandle, State};
use crate::supervise::Supervisor;
use crate::telemetry::{init_metrics, recorded};

/// How long the timers sleep at most: how late one can be that another node, or a moved clock, makes due.
const TIMERS_SLEEP: Duration = Duration::from_secs(1);

/// A server at work.
pub struct Running {
    /// What its resolvers use; for what runs in the same process.
    pub api: Api,
    http: ServerHandle,
    services: Services,
}

impl Running {
    /// Starts everything and answers once requests are served on `listener`.
    ///
    /// # Errors
    /// Those of [`StartError`]; nothing is left running then.
    pub async fn start(
        settings: Settings,
        listener: TcpListener,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let supervisor = Supervisor::new(Handle::current());
        if settings.metrics {
            init_metrics(&supervisor).map_err(|error| StartError::Http(error.to_string()))?;
        }
        let stores = Stores::open(&settings, &clock).await?;
        let services = Services::start(stores, clock, supervisor).await?;
        let watched = services.work(settings.judge, TIMERS_SLEEP);
        let health = health(services.log(), &services.supervisor);
        if let Some(excess) = &services.stores.excess {
            tracing::warn!("{excess} (docs/operations.md, Roles in PostgreSQL)");
            let told = format!("ok, but {excess}");
            health.register_told("database role", move || Ok(told.clone()));
        }
        health.register_told("projections", move || watched.told());
        let http = listen(listener, &settings, &services, health)?;
        Ok(Self { api: services.api.clone(), http, services })
    }

    /// Where requests are served.
    pub fn address(&self) -> SocketAddr {
        self.http.address()
    }

    /// Comes back where the server fails.
    pub async fn failed(&mut self) -> std::io::Error {
        self.http.failed().await
    }

    /// Stops: no new requests, those that have begun end, what was appended is answered, then the rest.
    ///
    /// # Errors
    /// Where the HTTP server had failed before.
    pub async fn stop(self) -> std::io::Result<()> {
        let stopped = self.http.stop().await;
        self.services.stop().await;
        stopped
    }
}

/// What must be well for requests to be sent here.
fn health(log: &EventLog, supervisor: &Supervisor) -> Health {
    let health = Health::default();
    let log = log.clone();
    health.register("event log", move || match log.trouble() {
        _ if !log.is_open() => Err("takes no commits".to_owned()),
        Some(trouble) => Err(trouble),
        None => Ok(()),
    });
    let services = supervisor.clone();
    health.register("services", move || {
        let down = services.health().into_iter().filter(|(_, health)| !health.running);
        let down: Vec<&str> = down.map(|(name, _)| name).collect();
        if down.is_empty() { Ok(()) } else { Err(format!("not running: {}", down.join(", "))) }
    });
    health
}

fn listen(
    listener: TcpListener,
    settings: &Settings,
    services: &Services,
    health: Health,
) -> Result<ServerHandle, StartError> {
    let (api, supervisor) = (&services.api, &services.supervisor);
    let schema = schema(api.clone(), supervisor).finish();
    let engine = SchemaEngine::new(schema, Limits::DEFAULT, settings.mode, supervisor.clone())
        .map_err(|error| StartError::Http(error.to_string()))?;
    let state = State {
        engine: Arc::new(engine),
        authenticator: Arc::clone(&api.identity) as Arc<dyn http::Authenticator>,
        health,
        metrics: recorded(),
        mode: settings.mode,
        origins: settings.origins.clone(),
        proxies: settings.proxies.clone(),
        ending: supervisor.token().child_token(),
    };
    http::serve(listener, state, supervisor).map_err(|error| StartError::Http(error.to_string()))
}
