//! The real server, in this process, with a clock that tests move.

use std::net::TcpListener;
use std::sync::Arc;

use docket::app::{Running, Settings};
use docket::config::Pools;
use docket::http::Mode;
use docket::workers::Judge;
use docket_domain::Clock;

use super::{Client, Store, TestClock};

/// A server over a store of its own.
pub struct Server {
    /// A client without a session.
    pub anonymous: Client,
    /// The server's clock.
    pub clock: Arc<TestClock>,
    /// What it stores its data in.
    pub store: Store,
    running: Option<Running>,
}

impl Server {
    /// Boots a server over `store`.
    pub async fn start(store: Store) -> Self {
        let clock = Arc::new(TestClock::default());
        let running = boot(&store, &clock).await;
        let anonymous = Client::anonymous(&format!("http://{}", running.address()));
        Self { anonymous, clock, store, running: Some(running) }
    }

    /// Stops it and boots another over the same store. Clients made before know the old address.
    pub async fn restart(&mut self) {
        self.stop().await;
        let running = boot(&self.store, &self.clock).await;
        self.anonymous = Client::anonymous(&format!("http://{}", running.address()));
        self.running = Some(running);
    }

    /// Boots another node over the same store.
    pub async fn another(&self) -> Node {
        let running = boot(&self.store, &self.clock).await;
        Node { anonymous: Client::anonymous(&format!("http://{}", running.address())), running }
    }

    /// Stops it and gives its store back.
    pub async fn into_store(mut self) -> Store {
        self.stop().await;
        self.store
    }

    /// How many statements the read models have been read with so far.
    pub fn statements(&self) -> u64 {
        self.running.as_ref().expect("it runs").api.views.statements()
    }

    /// Stops it and removes its store.
    pub async fn remove(mut self) {
        self.stop().await;
        self.store.remove().await;
    }

    /// Stops it; its store stays.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await.expect("the server had not failed");
        }
    }
}

/// One of several nodes over a store that is not its own.
pub struct Node {
    /// A client without a session.
    pub anonymous: Client,
    running: Running,
}

impl Node {
    /// Stops it.
    pub async fn stop(self) {
        self.running.stop().await.expect("the node had not failed");
    }
}

async fn boot(store: &Store, clock: &Arc<TestClock>) -> Running {
    let settings = Settings {
        data_dir: store.path().to_owned(),
        database_url: store.url.clone(),
        events_url: store.events_url(),
        metrics: false,
        mode: Mode::Development,
        origins: Vec::new(),
        proxies: Vec::new(),
        pools: Pools::default(),
        snapshots: true,
        judge: Judge::OwnClock,
        master_key: None,
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
    Running::start(settings, listener, clock).await.expect("the server starts")
}
