//! The one place that starts tasks: each has a name, is waited for at shutdown, and never dies unseen.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a service waits before it is started again after it failed: at first, and at most. Where a database was away
/// several times, what moves the read models is not to be missed for longer once it is back.
const RESTART_AFTER: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// How a supervised service is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskHealth {
    /// Whether it runs now; false while it waits to be started again, and after it ended.
    pub running: bool,
    /// How many times it has failed or panicked since the process started.
    pub failures: u64,
}

/// Starts tasks, and ends them together.
#[derive(Clone)]
pub struct Supervisor {
    runtime: Handle,
    tracker: TaskTracker,
    token: CancellationToken,
    health: Arc<Mutex<BTreeMap<&'static str, TaskHealth>>>,
}

impl Supervisor {
    /// A supervisor whose tasks run on `runtime`, but for those that are to begin where the caller runs.
    pub fn new(runtime: Handle) -> Self {
        Self {
            runtime,
            tracker: TaskTracker::new(),
            token: CancellationToken::new(),
            health: Arc::default(),
        }
    }

    /// The signal that the process is ending; every long task selects on it.
    pub fn token(&self) -> CancellationToken {
        self.token.clone()
    }

    /// Runs `task` once. A panic is logged under `name` and ends only this task.
    pub fn once<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.start(logged(name, task));
    }

    /// As [`Self::once`], on the runtime that the caller runs on: where that has one thread, the task begins
    /// after the caller has done what it can do now.
    pub fn once_here<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let here = Handle::try_current().unwrap_or_else(|_| self.runtime.clone());
        self.tracker.spawn_on(logged(name, task), &here);
    }

    /// Runs `task` to its end, whether or not anybody waits for it any longer; `None` where it panicked,
    /// which is logged under `name`.
    pub fn run<T, F>(
        &self,
        name: &'static str,
        task: F,
    ) -> impl Future<Output = Option<T>> + Send + 'static + use<T, F>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let running = self.tracker.spawn_on(task, &self.runtime);
        async move {
            let ended = running.await;
            ended.inspect_err(|error| tracing::error!(task = name, %error, "a task died")).ok()
        }
    }

    /// As [`Self::run`], but by whoever waits for it, which saves the way to another thread and back. Where nobody
    /// waits any longer, it is a task from there on.
    pub fn run_inline<T, F>(
        &self,
        name: &'static str,
        task: F,
    ) -> impl Future<Output = Option<T>> + Send + 'static + use<T, F>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let task = AssertUnwindSafe(task).catch_unwind().map(move |ended| {
            ended.inspect_err(|_| tracing::error!(task = name, "a task died")).ok()
        });
        Inline { task: Some(task.boxed()), supervisor: self.clone() }
    }

    /// Runs a service until the process ends: whenever it returns an error or panics it is logged,
    /// counted and started again, after a pause that doubles up to ten seconds, and is short again once the service
    /// has run for longer than that. `Ok` ends it.
    pub fn service<M, F, E>(&self, name: &'static str, make: M)
    where
        M: Fn(CancellationToken) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display + Send,
    {
        let this = self.clone();
        self.start(async move { this.keep(name, make).await });
    }

    /// How each service is doing, by name.
    pub fn health(&self) -> BTreeMap<&'static str, TaskHealth> {
        self.lock().clone()
    }

    /// Tells every task to end and waits for all of them, at most `within`.
    ///
    /// Answers whether all ended in time.
    pub async fn shutdown(&self, within: Duration) -> bool {
        self.token.cancel();
        self.tracker.close();
        tokio::time::timeout(within, self.tracker.wait()).await.is_ok()
    }

    fn start(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn_on(task, &self.runtime);
    }

    async fn keep<M, F, E>(&self, name: &'static str, make: M)
    where
        M: Fn(CancellationToken) -> F,
        F: Future<Output = Result<(), E>>,
        E: std::fmt::Display,
    {
        let mut pause = Duration::ZERO;
        while !self.token.is_cancelled() {
            let began = Instant::now();
            self.note(name, |health| health.running = true);
            let ended = AssertUnwindSafe(make(self.token())).catch_unwind().await;
            self.note(name, |health| health.running = false);
            match ended {
                Ok(Ok(())) => return,
                Ok(Err(error)) => tracing::error!(task = name, %error, "a service failed"),
                Err(_) => tracing::error!(task = name, "a service panicked"),
            }
            self.note(name, |health| health.failures += 1);
            pause = pause_after(pause, began.elapsed());
            let () = tokio::select! {
                () = self.token.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            };
        }
    }

    fn note(&self, name: &'static str, change: impl FnOnce(&mut TaskHealth)) {
        change(self.lock().entry(name).or_default());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, TaskHealth>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before a service is started again that failed after it `ran` for so long: twice as long as
/// `before`, unless it had been well meanwhile.
fn pause_after(before: Duration, ran: Duration) -> Duration {
    let (shortest, longest) = RESTART_AFTER;
    if ran > longest { shortest } else { (before * 2).clamp(shortest, longest) }
}

/// A task that is run by whoever waits for it, and by the supervisor once nobody does.
struct Inline<T: Send + 'static> {
    /// `None` once it has ended.
    task: Option<BoxFuture<'static, Option<T>>>,
    supervisor: Supervisor,
}

impl<T: Send + 'static> Future for Inline<T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(task) = &mut self.task else { return Poll::Ready(None) };
        let ended = ready!(task.as_mut().poll(cx));
        self.task = None;
        Poll::Ready(ended)
    }
}

impl<T: Send + 'static> Drop for Inline<T> {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            self.supervisor.start(task.map(drop));
        }
    }
}

async fn logged(name: &'static str, task: impl Future<Output = ()>) {
    if AssertUnwindSafe(task).catch_unwind().await.is_err() {
        tracing::error!(task = name, "a task panicked");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_service_that_panics_is_started_again() {
        let supervisor = Supervisor::new(Handle::current());
        let (tell, mut told) = mpsc::unbounded_channel();
        let starts = AtomicU32::new(0);
        supervisor.service("flaky", move |token| {
            let (tell, nth) = (tell.clone(), starts.fetch_add(1, Ordering::SeqCst));
            async move {
                tell.send(nth).expect("the test listens");
                assert!(nth > 0, "the first start fails");
                token.cancelled().await;
                Ok::<(), String>(())
            }
        });
        assert_eq!(told.recv().await, Some(0));
        assert_eq!(told.recv().await, Some(1));
        let health = supervisor.health()["flaky"];
        assert_eq!(health, TaskHealth { running: true, failures: 1 });
        assert!(supervisor.shutdown(SOON).await);
    }

    #[test]
    fn a_service_that_fails_again_and_again_waits_longer_and_one_that_was_well_does_not() {
        let (shortest, longest) = RESTART_AFTER;
        let at_once = Duration::from_millis(1);
        let mut pause = Duration::ZERO;
        let mut pauses = Vec::new();
        for _ in 0..10 {
            pause = pause_after(pause, at_once);
            pauses.push(pause);
        }
        assert_eq!(pauses[..3], [shortest, shortest * 2, shortest * 4]);
        assert_eq!(pauses.last(), Some(&longest));
        assert_eq!(pause_after(longest, longest + at_once), shortest);
    }

    #[tokio::test]
    async fn a_panic_ends_only_its_own_task() {
        let supervisor = Supervisor::new(Handle::current());
        supervisor.once("doomed", async { panic!("as told") });
        let (tell, told) = tokio::sync::oneshot::channel();
        supervisor.once("fine", async move { tell.send(7).expect("the test listens") });
        assert_eq!(told.await, Ok(7));
        assert!(supervisor.shutdown(SOON).await);
    }

    #[tokio::test]
    async fn a_task_runs_to_its_end_though_nobody_waits() {
        let supervisor = Supervisor::new(Handle::current());
        let (tell, told) = tokio::sync::oneshot::channel();
        let (start, started) = tokio::sync::oneshot::channel::<()>();
        drop(supervisor.run("left alone", async move {
            started.await.expect("the test starts it");
            tell.send(7).expect("the test listens");
        }));
        start.send(()).expect("it is still there");
        assert_eq!(told.await, Ok(7));
        assert_eq!(supervisor.run::<(), _>("doomed", async { panic!("as told") }).await, None);
    }

    #[tokio::test]
    async fn a_task_that_is_run_inline_goes_on_where_nobody_waits() {
        let supervisor = Supervisor::new(Handle::current());
        assert_eq!(supervisor.run_inline("waited for", async { 7 }).await, Some(7));
        let doomed = supervisor.run_inline::<(), _>("doomed", async { panic!("as told") });
        assert_eq!(doomed.await, None);
        let (tell, told) = tokio::sync::oneshot::channel();
        let (start, started) = tokio::sync::oneshot::channel::<()>();
        let mut left = Box::pin(supervisor.run_inline("left alone", async move {
            started.await.expect("the test starts it");
            tell.send(7).expect("the test listens");
        }));
        assert!(futures::poll!(&mut left).is_pending());
        drop(left);
        let mut shutdown = Box::pin(supervisor.shutdown(SOON));
        assert!(futures::poll!(&mut shutdown).is_pending());
        start.send(()).expect("it is still there");
        assert!(shutdown.await);
        assert_eq!(told.await, Ok(7));
    }

    #[tokio::test]
    async fn shutdown_says_when_a_task_would_not_end() {
        let supervisor = Supervisor::new(Handle::current());
        supervisor.once("deaf", std::future::pending());
        assert!(!supervisor.shutdown(Duration::from_millis(1)).await);
    }
}
