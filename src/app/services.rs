//! The services over open stores: what a server and a command at a terminal have in common.

use std::sync::Arc;
use std::time::Duration;

use docket_domain::Clock;
use docket_eventlog::{Capability, Codec, EventLog};
use docket_projections::{Checkpoint, LogSource, Projections, ReadModels};

use super::{StartError, Stores};
use crate::bus::{Bus, SnapshotWriter};
use crate::graphql::api::Api;
use crate::identity::IdentityService;
use crate::ids::{Ids, SystemIds};
use crate::live::{History, Hub};
use crate::supervise::Supervisor;
use crate::workers::{Judge, POLICIES, Policies, Timers, Watched, rebuild_outdated};

/// How long the background work may take to end, once no request is left.
const END_WITHIN: Duration = Duration::from_secs(10);

/// The services over open stores.
pub struct Services {
    /// What resolvers, and commands at a terminal, use.
    pub api: Api,
    /// The stores under them.
    pub stores: Stores,
    /// Whatever runs in the background.
    pub supervisor: Supervisor,
    /// What writes snapshots; `None` where none are kept.
    snapshot_writer: Option<Arc<SnapshotWriter>>,
    /// How far the policies have answered; `None` where they do in each commit.
    policies: Option<Checkpoint>,
}

impl Services {
    /// Starts them. Nothing is served, and nothing moves the read models yet.
    ///
    /// # Errors
    /// Those of [`StartError`].
    pub async fn start(
        stores: Stores,
        clock: Arc<dyn Clock>,
        supervisor: Supervisor,
    ) -> Result<Self, StartError> {
        let (log, appending) = EventLog::start(Arc::clone(&stores.events)).await?;
        supervisor.once("event log", appending);
        let codec = Arc::new(Codec::new(Arc::clone(&stores.ring)));
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(Arc::clone(&clock)));
        let hub = Arc::new(Hub::new(log.clone()));
        let history = Arc::new(History::new(log.clone(), Arc::clone(&codec)));
        let bus = Bus::new(log, Arc::clone(&codec), clock);
        let (bus, snapshot_writer) = match &stores.snapshots {
            None => (bus, None),
            Some(store) => {
                let (bus, writer) = bus.with_snapshots(Arc::clone(store));
                (bus, Some(Arc::new(writer)))
            }
        };
        let bus = Arc::new(bus);
        let (of_identity, of_ids) = (stores.identity.clone(), Arc::clone(&ids));
        let identity =
            IdentityService::start(of_identity, Arc::clone(&bus), of_ids, &supervisor).await?;
        let policies = if stores.events.has(Capability::AtomicCommits) {
            None
        } else {
            Some(stores.views.checkpoint(POLICIES).await?)
        };
        let views = Arc::new(ReadModels::new(stores.views.clone()));
        let source = LogSource::new(bus.log().clone(), Arc::clone(&codec));
        let projections = Projections::new(&stores.views, Arc::new(source));
        let api = Api { bus, codec, views, projections, identity, hub, history, ids };
        Ok(Self { api, stores, supervisor, snapshot_writer, policies })
    }

    /// The log, with its appender.
    pub fn log(&self) -> &EventLog {
        self.api.bus.log()
    }

    /// How far the policies have answered what is in the log; `None` where they do in each commit.
    pub const fn policies(&self) -> Option<&Checkpoint> {
        self.policies.as_ref()
    }

    /// What moves the read models on.
    pub const fn projections(&self) -> &Projections {
        &self.api.projections
    }

    /// Does from now on what a server does by itself: keeps the read models and subscribers up with the log,
    /// writes snapshots, and fires timers, at the latest `late` after another node, or a moved clock, has made them due.
    ///
    /// Answers how the projections are doing, as it is seen from now on.
    pub fn work(&self, judge: Judge, late: Duration) -> Watched {
        let projections = self.projections().clone();
        for group in projections.groups() {
            let projections = projections.clone();
            self.supervisor.service(group, move |stop| {
                let projections = projections.clone();
                async move { projections.run(group, stop).await }
            });
        }
        let rebuilding = rebuild_outdated(projections, self.supervisor.token());
        self.supervisor.once("rebuilds", rebuilding);
        let bus = Arc::clone(&self.api.bus);
        self.supervisor.service("other nodes", move |stop| Arc::clone(&bus).follow(stop));
        if let Some(writer) = &self.snapshot_writer {
            let writer = Arc::clone(writer);
            self.supervisor.service("snapshots", move |stop| Arc::clone(&writer).run(stop));
        }
        if let Some(checkpoint) = &self.policies {
            let policies = Policies {
                bus: Arc::clone(&self.api.bus),
                codec: Arc::clone(&self.api.codec),
                checkpoint: checkpoint.clone(),
            };
            self.supervisor.service(POLICIES, move |stop| policies.clone().run(stop));
        }
        let hub = Arc::clone(&self.api.hub);
        self.supervisor.service("live", move |stop| Arc::clone(&hub).run(stop));
        let timers = Timers {
            bus: Arc::clone(&self.api.bus),
            models: ReadModels::new(self.stores.views.clone()),
            ids: Arc::clone(&self.api.ids),
            judge,
            longest_sleep: late,
        };
        self.supervisor.service("timers", move |stop| timers.clone().run(stop));
        self.watch()
    }

    fn watch(&self) -> Watched {
        let watched = Watched::default();
        let watching = watched.clone();
        let parts = (self.projections().clone(), self.log().clone());
        let clock = Arc::clone(self.api.bus.clock());
        self.supervisor.service("projection watch", move |stop| {
            watching.clone().run(parts.clone(), Arc::clone(&clock), stop)
        });
        watched
    }

    /// Answers what was appended, and ends all work.
    pub async fn stop(self) {
        self.log().stop();
        if !self.supervisor.shutdown(END_WITHIN).await {
            tracing::warn!("background work did not end in time");
        }
    }
}
