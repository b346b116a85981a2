//! Reads the log once for all of a node's subscribers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docket_eventlog::{EventLog, LogError};
use tokio::sync::broadcast::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;

use super::Delivery;

/// Events that are read at a time.
const PAGE: usize = 1_000;
/// Commits that a subscriber may be behind before it goes back to the log.
const BEHIND: usize = 256;

/// Routes what is appended, on any node, to the subscribers of its organization on this one.
pub struct Hub {
    log: EventLog,
    routes: Mutex<Routes>,
}

struct Routes {
    /// Everything up to here has been routed.
    position: u64,
    organizations: HashMap<String, Sender<Arc<Delivery>>>,
}

impl Hub {
    /// A hub over `log`, to which nothing is routed until it [runs](Self::run).
    pub fn new(log: EventLog) -> Self {
        let position = *log.head().borrow();
        Self { log, routes: Mutex::new(Routes { position, organizations: HashMap::new() }) }
    }

    /// Routes what is appended until `stop`.
    ///
    /// # Errors
    /// Where the log cannot be read; it may be run again, and goes on where it was.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) -> Result<(), LogError> {
        let mut head = self.log.head();
        loop {
            let ahead = *head.borrow_and_update();
            while let Some(position) = self.wanted(ahead) {
                let page = self.log.read_all(position, PAGE).await?;
                if page.is_empty() {
                    break;
                }
                self.route(Delivery::of_page(page));
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = head.changed() => if changed.is_err() { return Ok(()) },
            }
        }
    }

    /// The commits of an organization from now on.
    pub fn join(&self, org_id: &str) -> Receiver<Arc<Delivery>> {
        let mut routes = self.routes();
        let sender =
            routes.organizations.entry(org_id.to_owned()).or_insert_with(|| channel(BEHIND).0);
        sender.subscribe()
    }

    /// From where the log is to be read; `None` where there is nothing more, or nobody to route it to.
    fn wanted(&self, ahead: u64) -> Option<u64> {
        let mut routes = self.routes();
        routes.organizations.retain(|_, subscribers| subscribers.receiver_count() > 0);
        if routes.organizations.is_empty() {
            routes.position = routes.position.max(ahead);
        }
        (routes.position < ahead).then_some(routes.position)
    }

    fn route(&self, commits: Vec<Arc<Delivery>>) {
        let mut routes = self.routes();
        let end = commits.last().map_or(0, |commit| commit.end);
        for commit in commits {
            if let Some(subscribers) = routes.organizations.get(commit.org_id()) {
                // Whoever was there may be gone, which is as well.
                let _ = subscribers.send(commit);
            }
        }
        routes.position = routes.position.max(end);
    }

    fn routes(&self) -> MutexGuard<'_, Routes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
