//! What the rest of the server holds.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::appender::{Queued, append_all};
use super::follower::follow;
use super::known::KnownHead;
use super::tail::Tail;
use super::trouble::Trouble;
use crate::{Capability, Commit, CommitResult, EventStore, LogError, StoredEvent, StreamEnd};

/// Commits that wait for the appender, at most; further ones wait to get in.
const QUEUE: usize = 1_024;

/// A store with its appender. Clones share both.
#[derive(Clone)]
pub struct EventLog {
    store: Arc<dyn EventStore>,
    head: KnownHead,
    tail: Arc<Tail>,
    trouble: Trouble,
    queue: mpsc::Sender<Queued>,
    stop: CancellationToken,
    _last: Arc<DropGuard>,
}

impl EventLog {
    /// Reads the head of `store` and makes the log over it, with the work that the caller must run for it:
    /// appending, and watching for what other nodes append.
    ///
    /// The work ends after [`EventLog::stop`], or once the last clone of the log is gone, and not before
    /// every queued commit has been answered.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn start(
        store: Arc<dyn EventStore>,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static), LogError> {
        let (queue, queued) = mpsc::channel(QUEUE);
        let head = KnownHead::new(store.head().await?.position);
        let stop = CancellationToken::new();
        let tail = Arc::<Tail>::default();
        let trouble = Trouble::default();
        let ends = (head.clone(), Arc::clone(&tail), trouble.clone());
        let append = append_all(Arc::clone(&store), queued, ends, stop.clone());
        let signs = (head.clone(), trouble.clone());
        let watch = follow(Arc::clone(&store), signs, stop.clone());
        let work = async move {
            tokio::join!(on_its_own(append), watch);
        };
        let last = Arc::new(stop.clone().drop_guard());
        Ok((Self { store, head, tail, trouble, queue, stop, _last: last }, work))
    }

    /// The store itself, for reads.
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// Hands a commit to the appender and waits until it is on disk, or refused.
    ///
    /// # Errors
    /// As [`EventStore::append`] answers; `Unavailable` once the log has been stopped; `OutcomeUnknown` when
    /// the appender ended before it answered.
    pub async fn commit(&self, commit: Commit) -> Result<CommitResult, LogError> {
        let (answer, answered) = oneshot::channel();
        let queued = self.queue.send(Queued { commit, answer }).await;
        queued.map_err(|_| LogError::Unavailable("it is shutting down".to_owned()))?;
        answered.await.unwrap_or(Err(LogError::OutcomeUnknown))
    }

    /// The events after position `after`, as [`EventStore::read_all`] has them; what this node has appended
    /// lately is not read again.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn read_all(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<StoredEvent>>, LogError> {
        if let Some(page) = self.read_own(after, limit) {
            return Ok(page);
        }
        let page = self.store.read_all(after, limit).await?;
        Ok(page.events.into_iter().map(Arc::new).collect())
    }

    /// The same, where this node has appended them itself, and lately; `None` where it has not.
    pub fn read_own(&self, after: u64, limit: usize) -> Option<Vec<Arc<StoredEvent>>> {
        // Without dense positions nobody could tell that nothing of another node's lies between.
        let is_dense = self.store.has(Capability::DensePositions);
        is_dense.then(|| self.tail.after(after, limit)).flatten()
    }

    /// The streams that nodes decide by without appending to them, as far as they have changed after position
    /// `after` and up to `to`. What this node has appended lately may be left out: it knows.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn changed(&self, after: u64, to: u64) -> Result<Vec<StreamEnd>, LogError> {
        if self.store.has(Capability::DensePositions) && self.tail.has_all(after, to) {
            return Ok(Vec::new());
        }
        self.store.changed(after, to).await
    }

    /// The last position known on this node; wakes whoever waits for it.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// Whether commits are taken: not any more once it has been stopped, or its work has ended.
    pub fn is_open(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Why the store could not be written, where the last attempt failed: it is full, or away. Whether it can be
    /// again is tried all the time.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.told()
    }

    /// Takes no further commits, answers those that are queued, and lets the work end.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// Runs the appender on a thread of its own: everybody waits for it, and it for nobody.
async fn on_its_own(append: impl Future<Output = ()> + Send + 'static) {
    let (ended, end) = oneshot::channel();
    let run = move || match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => {
            runtime.block_on(append);
            // Whoever started it may have stopped waiting.
            let _ = ended.send(());
        }
        Err(error) => tracing::error!(%error, "there can be no appender"),
    };
    if let Err(error) = std::thread::Builder::new().name("docket-append".to_owned()).spawn(run) {
        tracing::error!(%error, "there can be no appender");
    }
    if end.await.is_err() {
        tracing::error!("the appender died");
    }
}
