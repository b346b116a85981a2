//! Group commit: whatever is queued becomes one batch, with no timer to wait for more. While the store writes one,
//! those who wait for the one before are answered: waking them takes about as long.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::known::KnownHead;
use super::tail::Tail;
use super::trouble::Trouble;
use crate::{Commit, CommitResult, EventStore, LogError, failpoint};

/// Commits of one batch, at most: what a client waits for stays short.
const MAX_COMMITS: usize = 256;

/// Text of one batch in bytes, about at most, so that a burst of large commits neither fills the memory nor
/// holds the head for long. A single commit may be larger.
const MAX_BYTES: usize = 4 << 20;

/// A commit that waits for the appender.
pub(super) struct Queued {
    pub(super) commit: Commit,
    pub(super) answer: Answer,
}

type Made = Result<CommitResult, LogError>;
type Answer = oneshot::Sender<Made>;

/// Appends what comes until `stop`, then what is still queued.
pub(super) async fn append_all(
    store: Arc<dyn EventStore>,
    mut queue: mpsc::Receiver<Queued>,
    (head, tail, trouble): (KnownHead, Arc<Tail>, Trouble),
    stop: CancellationToken,
) {
    let mut waiting = Vec::with_capacity(MAX_COMMITS);
    let mut made = Vec::new();
    loop {
        if stop.is_cancelled() {
            queue.close();
        }
        while waiting.len() < MAX_COMMITS
            && let Ok(queued) = queue.try_recv()
        {
            waiting.push(queued);
        }
        let before = std::mem::take(&mut made);
        if waiting.is_empty() {
            answer(before);
            tokio::select! {
                biased;
                () = stop.cancelled(), if !queue.is_closed() => {}
                taken = queue.recv_many(&mut waiting, MAX_COMMITS) => if taken == 0 { return },
            }
        } else {
            let batch = waiting.drain(..fitting(&waiting)).collect();
            let append = append(&*store, batch, (&head, &tail, &trouble));
            (made, ()) = futures::join!(append, async { answer(before) });
        }
    }
}

/// Appends a batch; what came of it has still to be answered.
async fn append(
    store: &dyn EventStore,
    batch: Vec<Queued>,
    (head, tail, trouble): (&KnownHead, &Tail, &Trouble),
) -> Vec<(Answer, Made)> {
    let (commits, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|queued| (queued.commit, queued.answer)).unzip();
    let began = Instant::now();
    let _under_way = head.begin_batch();
    failpoint("append-before");
    let results = store.append(&commits).await;
    failpoint("append-after");
    metrics::histogram!("docket_log_append_seconds").record(began.elapsed());
    metrics::histogram!("docket_log_batch_commits").record(number(results.len() as u64));
    note(trouble, &results);
    tail.keep(commits, &results);
    head.advance(last(&results));
    metrics::gauge!("docket_log_position").set(number(head.position()));
    answers.into_iter().zip(results).collect()
}

/// Notes what a batch says of the store. One that wrote nothing, as of conflicts alone, says nothing.
fn note(trouble: &Trouble, results: &[Made]) {
    let error = results.iter().find_map(unwritten);
    let is_appended = |made: &Made| matches!(made, Ok(CommitResult::Appended { .. }));
    if error.is_some() || results.iter().any(is_appended) {
        trouble.note(error);
    }
}

/// The error of a commit that the store could not write, or perhaps not.
fn unwritten(made: &Made) -> Option<LogError> {
    match made {
        Err(error @ (LogError::Unavailable(_) | LogError::OutcomeUnknown)) => Some(error.clone()),
        _ => None,
    }
}

fn answer(made: Vec<(Answer, Made)>) {
    for (answer, result) in made {
        // Whoever asked may be gone; what was appended stays.
        let _ = answer.send(result);
    }
}

/// How many of the first commits make a batch: at least one.
fn fitting(waiting: &[Queued]) -> usize {
    let mut bytes = 0;
    let fits = waiting.iter().take_while(|queued| {
        bytes += size(&queued.commit);
        bytes <= MAX_BYTES
    });
    fits.count().max(1)
}

fn size(commit: &Commit) -> usize {
    let events = commit.appends.iter().flat_map(|append| &append.events);
    events.map(|event| event.payload.len() + event.metadata.len()).sum()
}

fn last(results: &[Made]) -> u64 {
    let last = results.iter().filter_map(|result| match result {
        Ok(CommitResult::Appended { last, .. }) => Some(*last),
        Ok(CommitResult::Repeated { .. }) | Err(_) => None,
    });
    last.max().unwrap_or_default()
}

/// A number as a metric: exact as far as any of ours goes.
#[expect(clippy::cast_precision_loss, reason = "positions stay far below 2^53")]
fn number(exact: u64) -> f64 {
    exact as f64
}
