//! A service over a fresh embedded store, with a clock that is moved by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use docket_domain::{Acting, Actor, Clock, OrganizationId};
use docket_eventlog::{
    Codec, EventLog, EventStore, KeyRing, MasterKey, SqliteKeys, SqliteStore, StoredEvent,
};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::bus::{Bus, IdempotencyKey, Request};
use crate::identity::{
    Caller, IdentityError, IdentityService, IdentityStore, Login, NewMember, Registration, Secret,
    Session, SignedIn,
};
use crate::ids::{Ids, SystemIds};
use crate::supervise::Supervisor;

/// The password of everybody who is not said to have another.
pub const PASSWORD: &str = "correct horse battery staple";

/// How long a test waits for what happens in the background.
const PATIENCE: Wait = Wait::from_secs(20);

/// The hour when tests begin, and what they added to it.
#[derive(Default)]
pub struct HandClock {
    ahead_us: AtomicI64,
    ticks: Mutex<i64>,
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        let mut ticks = self.ticks.lock().unwrap();
        *ticks += 1;
        let past = self.ahead_us.load(Ordering::SeqCst) + *ticks;
        DateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::microseconds(past)
    }
}

/// One node: a service of its own over stores that it may share with others.
pub struct Node {
    pub service: Arc<IdentityService>,
    supervisor: Supervisor,
}

/// The stores and the clock, which outlive every node.
pub struct World {
    pub clock: Arc<HandClock>,
    pub log: EventLog,
    ring: Arc<KeyRing>,
    store: IdentityStore,
    supervisor: Supervisor,
    _dir: TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::over(|store| store).await
    }

    /// A world whose log is reached through what `way` makes of its store.
    pub async fn over(way: impl FnOnce(Arc<dyn EventStore>) -> Arc<dyn EventStore>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::<HandClock>::default();
        let port: Arc<dyn Clock> = clock.clone();
        let keys = SqliteKeys::open(dir.path(), Arc::clone(&port)).await.unwrap();
        let master = MasterKey::read_or_create(&dir.path().join("master.key")).unwrap();
        let ring = Arc::new(KeyRing::open(Arc::new(keys), master).await.unwrap());
        let events: Arc<dyn EventStore> =
            Arc::new(SqliteStore::open(dir.path(), Arc::clone(&port)).await.unwrap());
        let (log, appending) = EventLog::start(way(events)).await.unwrap();
        let supervisor = Supervisor::new(Handle::current());
        supervisor.once("event log", appending);
        let store = IdentityStore::open_sqlite(dir.path()).await.unwrap();
        store.migrate().await.unwrap();
        Self { clock, log, ring, store, supervisor, _dir: dir }
    }

    /// A node at work on these stores.
    pub async fn node(&self) -> Node {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let ids: Arc<dyn Ids> = Arc::new(SystemIds::new(Arc::clone(&clock)));
        let codec = Arc::new(Codec::new(Arc::clone(&self.ring)));
        let bus = Arc::new(Bus::new(self.log.clone(), codec, clock));
        let supervisor = Supervisor::new(Handle::current());
        let service =
            IdentityService::start(self.store.clone(), bus, ids, &supervisor).await.unwrap();
        Node { service, supervisor }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.ahead_us.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }

    /// Every event of the log.
    pub async fn events(&self) -> Vec<StoredEvent> {
        self.log.store().read_all(0, 1_000).await.unwrap().events
    }

    /// The types of the events of people's access, in order.
    pub async fn access(&self) -> Vec<String> {
        let all = self.events().await.into_iter();
        all.filter(|e| e.aggregate_type == "access").map(|e| e.event_type).collect()
    }

    /// Waits until the last event of people's access is of this type.
    pub async fn until_access(&self, event_type: &str) {
        let mut head = self.log.head();
        tokio::time::timeout(PATIENCE, async {
            while self.access().await.last().map(String::as_str) != Some(event_type) {
                head.changed().await.unwrap();
            }
        })
        .await
        .unwrap_or_else(|_| panic!("no {event_type} in time"));
    }

    pub async fn end(self) {
        self.log.stop();
        assert!(self.supervisor.shutdown(PATIENCE).await);
    }
}

impl Node {
    pub fn request(&self) -> Request {
        let id = self.service.ids.uuid();
        Request {
            by: Acting::docket(OrganizationId::default()),
            at: self.service.bus.clock().now(),
            id,
            correlation_id: id,
            idempotency: None,
        }
    }

    pub fn request_under(&self, key: &str) -> Request {
        let idempotency = Some(IdempotencyKey {
            scope: "replaced".to_owned(),
            key: key.to_owned(),
            input_hash: "same".to_owned(),
        });
        Request { idempotency, ..self.request() }
    }

    /// A request by whoever bears the session's access token.
    pub async fn request_by(&self, session: &Session) -> Request {
        let caller = self.service.authenticate(session.access_token.expose()).await.unwrap();
        let by = self.service.bus.acting(caller.organization, caller.actor).await.unwrap();
        Request { by: by.unwrap(), ..self.request() }
    }

    pub async fn register(&self, name: &str) -> Session {
        self.try_register(self.request(), name).await.unwrap().session.unwrap()
    }

    pub async fn try_register(
        &self,
        request: Request,
        name: &str,
    ) -> Result<SignedIn, IdentityError> {
        let registration = Registration {
            email: address(name),
            password: secret(PASSWORD),
            name: name.to_owned(),
            organization_name: format!("{name}'s"),
            address: Some("192.0.2.7".parse().unwrap()),
        };
        self.service.register(request, registration).await
    }

    pub async fn login(&self, name: &str, password: &str) -> Result<Session, IdentityError> {
        let login = Login {
            email: address(name),
            password: secret(password),
            organization: None,
            address: Some("192.0.2.7".parse().unwrap()),
        };
        let signed_in = self.service.login(self.request(), login).await?;
        Ok(signed_in.session.unwrap())
    }

    pub async fn refresh(&self, token: &Secret) -> Result<SignedIn, IdentityError> {
        self.service.refresh(self.request(), token.clone(), None).await
    }

    pub async fn caller(&self, session: &Session) -> Caller {
        self.service.authenticate(session.access_token.expose()).await.unwrap()
    }

    pub async fn add(
        &self,
        by: &Session,
        name: &str,
        roles: &[&str],
    ) -> Result<bool, IdentityError> {
        let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
        let new = NewMember { roles, ..new_member(name) };
        let made = self.service.create_member(self.request_by(by).await, new).await?;
        Ok(made.existing)
    }

    pub async fn end(self) {
        assert!(self.supervisor.shutdown(PATIENCE).await);
    }
}

/// Somebody without roles.
pub fn new_member(name: &str) -> NewMember {
    NewMember {
        email: address(name),
        name: name.to_owned(),
        password: secret(PASSWORD),
        roles: [].into(),
    }
}

pub fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

pub fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

/// The person behind a caller.
pub fn user(caller: &Caller) -> Actor {
    Actor::User(caller.user.unwrap())
}

/// Runs a test on one node.
pub async fn on_a_node(test: impl AsyncFn(&World, &Node)) {
    let world = World::new().await;
    let node = world.node().await;
    test(&world, &node).await;
    node.end().await;
    world.end().await;
}
