//! The real HTTP layer on port 0, over the schema of these tests.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_graphql::Data;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use docket::clock::SystemClock;
use docket::graphql::common::ApiError;
use docket::graphql::limits::Limits;
use docket::http::{
    Authenticator, Health, Mode, Principal, SchemaEngine, ServerHandle, State, serve,
};
use docket::supervise::Supervisor;
use docket_domain::Clock;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::schema::{self, Witness};

/// The one token that is good.
pub const TOKEN: &str = "good";
/// How long an operation may take here.
pub const EXECUTION: Duration = Duration::from_millis(300);

/// The caller's name, as resolvers find it.
pub struct Caller(pub String);

/// A server for one test.
pub struct Server {
    pub handle: ServerHandle,
    pub witness: Arc<Witness>,
    pub health: Health,
    pub clock: Arc<TestClock>,
    /// Revokes the token.
    pub revoke: CancellationToken,
    supervisor: Supervisor,
}

impl Server {
    pub fn start(mode: Mode) -> Self {
        let supervisor = Supervisor::new(Handle::current());
        let witness = Arc::new(Witness::default());
        let (clock, revoke) = (Arc::new(TestClock::default()), CancellationToken::new());
        let limits = Limits { execution: EXECUTION, ..Limits::DEFAULT };
        let schema = schema::build(witness.clone());
        let engine = SchemaEngine::new(schema, limits, mode, supervisor.clone()).unwrap();
        let ends_at = clock.now() + TimeDelta::minutes(10);
        let state = State {
            engine: Arc::new(engine),
            authenticator: Arc::new(Known {
                ends_at,
                clock: clock.clone(),
                revoke: revoke.clone(),
            }),
            health: Health::default(),
            metrics: None,
            mode,
            proxies: Vec::new(),
            origins: vec!["https://app.example.org".to_owned()],
            ending: CancellationToken::new(),
        };
        let health = state.health.clone();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let handle = serve(listener, state, &supervisor).unwrap();
        Self { handle, witness, health, clock, revoke, supervisor }
    }

    /// The server's address with `path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.handle.address())
    }

    pub async fn stop(self) {
        self.handle.stop().await.unwrap();
        assert!(self.supervisor.shutdown(Duration::from_secs(10)).await);
    }
}

#[derive(Clone)]
struct Known {
    ends_at: DateTime<Utc>,
    clock: Arc<TestClock>,
    revoke: CancellationToken,
}

#[async_trait]
impl Authenticator for Known {
    async fn authenticate(self: Arc<Self>, token: &str) -> Result<Arc<dyn Principal>, ApiError> {
        if token != TOKEN {
            return Err(ApiError::Unauthenticated("that token is not good".to_owned()));
        }
        Ok(Arc::new(Ada(self.as_ref().clone())))
    }
}

struct Ada(Known);

#[async_trait]
impl Principal for Ada {
    fn attach(&self, data: &mut Data) {
        data.insert(Caller("ada".to_owned()));
    }

    async fn still_good(&self) -> bool {
        !self.0.revoke.is_cancelled() && self.0.clock.now() < self.0.ends_at
    }
}

/// Real time, and what the test added to it.
#[derive(Default)]
pub struct TestClock {
    ahead_s: AtomicI64,
}

impl TestClock {
    pub fn advance(&self, seconds: i64) {
        self.ahead_s.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::seconds(self.ahead_s.load(Ordering::SeqCst))
    }
}
