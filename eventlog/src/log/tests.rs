//! How commits are grouped, over a store that only notes its batches.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::DateTime;
use futures::future::join_all;
use tokio::sync::{Notify, Semaphore};
use tokio::task::unconstrained;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::EventLog;
use super::follower::follow;
use super::known::KnownHead;
use super::trouble::Trouble;
use crate::{
    Append, Capability, Commit, CommitResult, EventStore, Head, LogError, NewEvent, Page,
    StoredEvent, StreamEnd, StreamId,
};

/// Appends everything, as long as it may; a commit's id is its position.
struct Batches {
    sizes: Mutex<Vec<usize>>,
    /// One for each batch that may be appended. Closed, the store is broken.
    permits: Semaphore,
    full: AtomicBool,
    /// Whether it says nothing when it is asked whether it can be written, and hears of each such question.
    silent: Option<Notify>,
}

impl Batches {
    fn with_permits(permits: usize) -> Arc<Self> {
        Arc::new(Self { permits: Semaphore::new(permits), ..Self::default() })
    }
}

impl Default for Batches {
    fn default() -> Self {
        let permits = Semaphore::new(Semaphore::MAX_PERMITS);
        Self { sizes: Mutex::default(), permits, full: AtomicBool::default(), silent: None }
    }
}

impl Batches {
    fn room(&self) -> Result<(), LogError> {
        let full = self.full.load(Ordering::SeqCst);
        if full { Err(LogError::Unavailable("it is full".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl EventStore for Batches {
    fn has(&self, _: Capability) -> bool {
        true
    }

    async fn append(&self, batch: &[Commit]) -> Vec<Result<CommitResult, LogError>> {
        self.permits.acquire().await.expect("the store is broken").forget();
        self.sizes.lock().unwrap().push(batch.len());
        let appended = |commit: &Commit| {
            if commit.appends.is_empty() {
                return Err(LogError::IdempotencyKeyReused);
            }
            self.room()?;
            let last = u64::try_from(commit.commit_id.as_u128()).unwrap();
            Ok(CommitResult::Appended { first: last, last, recorded_at: DateTime::UNIX_EPOCH })
        };
        batch.iter().map(appended).collect()
    }

    async fn read_stream(
        &self,
        _: &str,
        _: &StreamId,
        _: u64,
        _: usize,
    ) -> Result<Vec<StoredEvent>, LogError> {
        Ok(Vec::new())
    }

    async fn read_all(&self, _: u64, _: usize) -> Result<Page, LogError> {
        Ok(Page::default())
    }

    async fn read_organization(&self, _: &str, _: u64, _: usize) -> Result<Page, LogError> {
        Ok(Page::default())
    }

    async fn read_positions(&self, _: &[u64]) -> Result<Vec<StoredEvent>, LogError> {
        Ok(Vec::new())
    }

    async fn changed(&self, _: u64, _: u64) -> Result<Vec<StreamEnd>, LogError> {
        Ok(Vec::new())
    }

    async fn read_event(&self, _: Uuid) -> Result<Option<StoredEvent>, LogError> {
        Ok(None)
    }

    async fn head(&self) -> Result<Head, LogError> {
        Ok(Head { position: 0, recorded_at: DateTime::UNIX_EPOCH })
    }

    async fn holder(&self, _: &str, _: &str, _: &str) -> Result<Option<String>, LogError> {
        Ok(None)
    }

    async fn repeated(&self, _: &str, _: &str) -> Result<Option<(String, CommitResult)>, LogError> {
        Ok(None)
    }

    async fn writable(&self) -> Result<(), LogError> {
        if let Some(asked) = &self.silent {
            asked.notify_one();
            std::future::pending::<()>().await;
        }
        self.room()
    }
}

fn commit(number: u64, bytes: usize) -> Commit {
    let event = NewEvent {
        event_id: Uuid::nil(),
        event_type: String::new(),
        event_version: String::new(),
        payload: "x".repeat(bytes),
        metadata: String::new(),
    };
    let stream = StreamId { aggregate_type: "task", aggregate_id: String::new() };
    let append = Append { org_id: String::new(), stream, expected: 0, events: vec![event] };
    Commit {
        commit_id: Uuid::from_u128(number.into()),
        appends: vec![append],
        expects: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        idempotency: None,
    }
}

/// The sizes of the batches that these commits become, all of them queued before the work begins.
async fn sizes(commits: Vec<Commit>) -> Vec<usize> {
    let store = Arc::new(Batches::default());
    let (log, work) = EventLog::start(store.clone()).await.unwrap();
    let commits: Vec<_> = commits.into_iter().map(|commit| Box::pin(log.commit(commit))).collect();
    // Each is queued when it is first polled, without giving way to the runtime in between.
    let mut answers = unconstrained(join_all(commits));
    assert!(futures::poll!(&mut answers).is_pending());
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    assert!(answers.await.iter().all(Result::is_ok));
    log.stop();
    tasks.close();
    tasks.wait().await;
    assert!(!log.is_open());
    store.sizes.lock().unwrap().clone()
}

#[tokio::test]
async fn what_is_queued_becomes_one_batch() {
    assert_eq!(sizes((1..=100).map(|n| commit(n, 10)).collect()).await, [100]);
}

#[tokio::test]
async fn a_batch_has_a_bounded_number_of_commits() {
    assert_eq!(sizes((1..=600).map(|n| commit(n, 10)).collect()).await, [256, 256, 88]);
}

#[tokio::test]
async fn a_batch_has_a_bounded_size_but_for_a_single_commit() {
    let megabytes = [1, 2, 1, 1, 9, 2, 2, 1];
    let commits = (1..).zip(megabytes).map(|(n, size)| commit(n, size << 20)).collect();
    assert_eq!(sizes(commits).await, [3, 1, 1, 2, 1]);
}

#[tokio::test]
async fn a_batch_is_answered_while_the_next_is_written() {
    let store = Batches::with_permits(1);
    let (log, work) = EventLog::start(store.clone()).await.unwrap();
    let commits = (1..=300).map(|n| Box::pin(log.commit(commit(n, 10))));
    let (mut first, mut second): (Vec<_>, Vec<_>) = (commits.collect(), Vec::new());
    second.extend(first.drain(256..));
    let mut answers = unconstrained(join_all(first));
    assert!(futures::poll!(&mut answers).is_pending());
    let mut later = unconstrained(join_all(second));
    assert!(futures::poll!(&mut later).is_pending());
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    assert!(answers.await.iter().all(Result::is_ok));
    assert!(futures::poll!(&mut later).is_pending());
    store.permits.add_permits(1);
    assert!(later.await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_store_that_breaks_ends_the_log_and_says_that_nobody_knows() {
    let store = Batches::with_permits(1);
    let (log, work) = EventLog::start(store.clone()).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    log.commit(commit(1, 10)).await.unwrap();
    store.permits.close();
    assert!(matches!(log.commit(commit(2, 10)).await, Err(LogError::OutcomeUnknown)));
    while log.is_open() {
        tokio::task::yield_now().await;
    }
    assert!(matches!(log.commit(commit(3, 10)).await, Err(LogError::Unavailable(_))));
}

#[tokio::test]
async fn what_is_queued_is_answered_after_a_stop() {
    let store = Batches::with_permits(0);
    let (log, work) = EventLog::start(store.clone()).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    let commits: Vec<_> = (1..=600).map(|n| Box::pin(log.commit(commit(n, 10)))).collect();
    let mut answers = unconstrained(join_all(commits));
    assert!(futures::poll!(&mut answers).is_pending());
    log.stop();
    store.permits.add_permits(600);
    assert!(answers.await.iter().all(Result::is_ok));
    tasks.close();
    tasks.wait().await;
    assert!(matches!(log.commit(commit(601, 10)).await, Err(LogError::Unavailable(_))));
}

#[tokio::test]
async fn the_head_moves_as_batches_are_answered() {
    let (log, work) = EventLog::start(Arc::new(Batches::default())).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    let mut head = log.head();
    for number in [1, 7, 3] {
        log.commit(commit(number, 1)).await.unwrap();
    }
    // What came last was of an earlier position: the head never goes back.
    assert_eq!(*head.borrow_and_update(), 7);
    drop(log);
    tasks.close();
    tasks.wait().await;
}

#[tokio::test]
async fn what_was_appended_is_read_without_the_store_up_to_the_last_gap() {
    let (log, work) = EventLog::start(Arc::new(Batches::default())).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    let read = async |after| {
        let page = log.read_all(after, 10).await.unwrap();
        page.iter().map(|event| event.position).collect::<Vec<_>>()
    };
    for number in [1, 2, 3] {
        log.commit(commit(number, 1)).await.unwrap();
    }
    assert_eq!(read(0).await, [1, 2, 3]);
    assert_eq!(read(2).await, [3]);
    // Another node has appended 4 to 6.
    for number in [7, 8] {
        log.commit(commit(number, 1)).await.unwrap();
    }
    assert!(read(0).await.is_empty());
    assert_eq!(read(6).await, [7, 8]);
    drop(log);
    tasks.close();
    tasks.wait().await;
}

#[tokio::test]
async fn a_log_that_takes_no_commits_says_so_until_it_does_again() {
    let store = Arc::new(Batches::default());
    let (log, work) = EventLog::start(store.clone()).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(work);
    store.full.store(true, Ordering::SeqCst);
    assert!(matches!(log.commit(commit(1, 10)).await, Err(LogError::Unavailable(_))));
    let full = Some("the event log is unavailable: it is full".to_owned());
    assert_eq!(log.trouble(), full);
    let refused = Commit { appends: Vec::new(), ..commit(2, 10) };
    assert!(matches!(log.commit(refused).await, Err(LogError::IdempotencyKeyReused)));
    assert_eq!(log.trouble(), full, "what wrote nothing says nothing of the store");
    store.full.store(false, Ordering::SeqCst);
    while log.trouble().is_some() {
        tokio::task::yield_now().await;
    }
    log.commit(commit(3, 10)).await.unwrap();
    drop(log);
    tasks.close();
    tasks.wait().await;
}

#[tokio::test]
async fn whoever_follows_ends_though_the_store_is_silent() {
    let store = Arc::new(Batches { silent: Some(Notify::new()), ..Batches::default() });
    let (trouble, stop) = (Trouble::default(), CancellationToken::new());
    trouble.note(Some(LogError::Unavailable("it is away".to_owned())));
    let following = follow(store.clone(), (KnownHead::new(0), trouble), stop.clone());
    let stopping = async {
        store.silent.as_ref().unwrap().notified().await;
        stop.cancel();
    };
    let both = futures::future::join(following, stopping);
    tokio::time::timeout(std::time::Duration::from_secs(10), both).await.expect("it ends");
}
