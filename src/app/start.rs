//! Starting a server, and stopping it in the right order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use docket_domain::Clock;
use docket_eventlog::{Codec, EventLog};
use docket_projections::{LogSource, Projections, ReadModels};
use tokio::runtime::Handle;

use super::{Settings, StartError, Stores};
use crate::bus::Bus;
use crate::graphql::api::Api;
use crate::graphql::limits::Limits;
use crate::graphql::schema::schema;
use crate::http::{self, Health, SchemaEngine, ServerHandle, State};
use crate::identity::IdentityService;
use crate::ids::{Ids, SystemIds};
use crate::live::{History, Hub};
use crate::supervise::Supervisor;
use crate::telemetry::{init_metrics, recorded};
use crate::workers::{Judge, Timers};

/// How long the timers sleep at most: how late one can be that another node, or a moved clock, makes due.
const TIMERS_SLEEP: Duration = Duration::from_secs(1);

/// How long the background work may take to end, once no request is left.
const END_WITHIN: Duration = Duration::from_secs(10);

/// A server at work.
pub struct Running {
    /// What its resolvers use; for what runs in the same process.
    pub api: Api,
    http: ServerHandle,
    supervisor: Supervisor,
    log: EventLog,
    _stores: Arc<Stores>,
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
        let stores = Arc::new(Stores::open(&settings, &clock).await?);
        let (log, appending) = EventLog::start(Arc::clone(&stores.events)).await?;
        supervisor.once("event log", appending);
        let api = services(&stores, log.clone(), clock, &supervisor).await?;
        project(&stores, &api, &supervisor);
        let hub = Arc::clone(&api.hub);
        supervisor.service("live", move |stop| Arc::clone(&hub).run(stop));
        fire_timers(settings.judge, &stores, &api, &supervisor);
        let health = health(&log, &supervisor);
        let http = listen(listener, &settings, &api, &supervisor, health)?;
        Ok(Self { api, http, supervisor, log, _stores: stores })
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
        self.log.stop();
        if !self.supervisor.shutdown(END_WITHIN).await {
            tracing::warn!("background work did not end in time");
        }
        stopped
    }
}

async fn services(
    stores: &Stores,
    log: EventLog,
    clock: Arc<dyn Clock>,
    supervisor: &Supervisor,
) -> Result<Api, StartError> {
    let codec = Arc::new(Codec::new(Arc::clone(&stores.ring)));
    let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(Arc::clone(&clock)));
    let hub = Arc::new(Hub::new(log.clone()));
    let history = Arc::new(History::new(log.clone(), Arc::clone(&codec)));
    let bus = Arc::new(Bus::new(log, Arc::clone(&codec), clock));
    let identity = IdentityService::start(
        stores.identity.clone(),
        Arc::clone(&bus),
        Arc::clone(&ids),
        supervisor,
    )
    .await?;
    let views = Arc::new(ReadModels::new(stores.views.clone()));
    Ok(Api { bus, codec, views, identity, hub, history, ids })
}

/// Keeps the read models up with the log.
fn project(stores: &Stores, api: &Api, supervisor: &Supervisor) {
    let source = LogSource::new(api.bus.log().clone(), Arc::clone(&api.codec));
    let projections = Arc::new(Projections::new(&stores.views, Arc::new(source)));
    for group in projections.groups() {
        let projections = Arc::clone(&projections);
        supervisor.service(group, move |stop| {
            let projections = Arc::clone(&projections);
            async move { projections.run(group, stop).await }
        });
    }
}

/// What must be well for requests to be sent here.
fn health(log: &EventLog, supervisor: &Supervisor) -> Health {
    let health = Health::default();
    let log = log.clone();
    health.register("event log", move || {
        if log.is_open() { Ok(()) } else { Err("takes no commits".to_owned()) }
    });
    let services = supervisor.clone();
    health.register("services", move || {
        let down = services.health().into_iter().filter(|(_, health)| !health.running);
        let down: Vec<&str> = down.map(|(name, _)| name).collect();
        if down.is_empty() { Ok(()) } else { Err(format!("not running: {}", down.join(", "))) }
    });
    health
}

/// Keeps the promises that wait for a point in time.
fn fire_timers(judge: Judge, stores: &Stores, api: &Api, supervisor: &Supervisor) {
    let timers = Timers {
        bus: Arc::clone(&api.bus),
        models: ReadModels::new(stores.views.clone()),
        ids: Arc::clone(&api.ids),
        judge,
        longest_sleep: TIMERS_SLEEP,
    };
    supervisor.service("timers", move |stop| timers.clone().run(stop));
}

fn listen(
    listener: TcpListener,
    settings: &Settings,
    api: &Api,
    supervisor: &Supervisor,
    health: Health,
) -> Result<ServerHandle, StartError> {
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
        ending: supervisor.token().child_token(),
    };
    http::serve(listener, state, supervisor).map_err(|error| StartError::Http(error.to_string()))
}
