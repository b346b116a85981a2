//! Following a stream or `$all`: what is there already, and then whatever comes.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::Stream;
use tokio::sync::watch;
use tonic::Status;

use crate::filter::Filter;
use crate::log::{Log, Record};
use crate::protocol::streams::ReadResp;
use crate::protocol::streams::read_resp::{CaughtUp, Content};
use crate::read::From;
use crate::refusal;
use crate::wire::{self, IdForm};

/// How many events are looked at under the log's lock, so that a long log does not hold up appends.
const PAGE_EVENTS: usize = 512;

/// What somebody follows.
#[derive(Debug)]
pub(crate) enum Source {
    /// A stream, from this revision on.
    Stream { name: String, next: u64 },
    /// Everything, from this place among all events on.
    All { next: usize, filter: Option<Filter> },
}

/// A subscription.
#[derive(Debug)]
pub(crate) struct Subscription {
    log: watch::Receiver<Log>,
    source: Source,
    ids: IdForm,
    messages: VecDeque<ReadResp>,
    caught_up: bool,
    /// Events that were looked at since the last checkpoint, and the last one's position.
    since_checkpoint: (u32, u64),
    ended: bool,
}

impl Source {
    /// A stream after `from`: whoever gives a revision has seen it.
    pub(crate) fn stream(log: &Log, name: String, from: From) -> Self {
        let next = match from {
            From::Start => 0,
            From::At(revision) => revision.saturating_add(1),
            From::End => log.stream(&name).map_or(0, crate::log::Stream::next),
        };
        Self::Stream { name, next }
    }

    /// Everything after `from`: whoever gives a position has seen what begins there.
    pub(crate) fn all(log: &Log, filter: Option<Filter>, from: From) -> Result<Self, Status> {
        let next = match from {
            From::Start => 0,
            From::At(position) => {
                let rest = log.all_from(position)?;
                let seen = usize::from(rest.first().is_some_and(|at| at.position == position));
                log.all().len() - rest.len() + seen
            }
            From::End => log.all().len(),
        };
        Ok(Self::All { next, filter })
    }
}

impl Subscription {
    pub(crate) fn new(log: watch::Receiver<Log>, source: Source, ids: IdForm) -> Self {
        let messages = VecDeque::from([wire::confirmation()]);
        let (caught_up, ended) = (false, false);
        Self { log, source, ids, messages, caught_up, since_checkpoint: (0, 0), ended }
    }

    /// Its messages; they end with an error alone, as the real server's do.
    pub(crate) fn messages(self) -> impl Stream<Item = Result<ReadResp, Status>> + Send {
        futures::stream::unfold(self, |mut subscription| async move {
            Some((subscription.next().await?, subscription))
        })
    }

    async fn next(&mut self) -> Option<Result<ReadResp, Status>> {
        loop {
            if self.ended {
                return None;
            }
            if let Some(message) = self.messages.pop_front() {
                return Some(Ok(message));
            }
            if let Err(status) = self.look().await {
                self.ended = true;
                return Some(Err(status));
            }
        }
    }

    /// Looks at the events that it has not seen, and waits for more once it has seen all.
    async fn look(&mut self) -> Result<(), Status> {
        let log = self.log.clone();
        self.log.mark_unchanged();
        let looked_at = self.page(&log.borrow())?;
        if looked_at == 0 && self.caught_up {
            let changed = self.log.changed().await;
            return changed.map_err(|_| Status::unavailable("the server has ended"));
        }
        if looked_at == 0 {
            self.catch_up();
        }
        Ok(())
    }

    /// Takes in a page of events, and answers how many they were.
    fn page(&mut self, log: &Log) -> Result<usize, Status> {
        let page: Vec<Arc<Record>> = match &mut self.source {
            Source::Stream { name, next } => {
                let stream = log.stream(name);
                if stream.is_some_and(|stream| stream.tombstoned) {
                    return Err(refusal::stream_deleted(name));
                }
                let stream = stream.filter(|stream| !stream.deleted());
                let from = stream.map_or(*next, |stream| stream.first.max(*next));
                let records = stream.map_or(&[][..], |stream| stream.records.as_slice());
                let seen = usize::try_from(from).unwrap_or(usize::MAX);
                let page: Vec<_> = records.iter().skip(seen).take(PAGE_EVENTS).cloned().collect();
                *next = page.last().map_or(*next, |last| last.revision + 1);
                page
            }
            Source::All { next, .. } => {
                let page: Vec<_> =
                    log.all().iter().skip(*next).take(PAGE_EVENTS).cloned().collect();
                *next += page.len();
                page
            }
        };
        for record in &page {
            self.take(record);
        }
        Ok(page.len())
    }

    fn take(&mut self, record: &Record) {
        let filter = match &self.source {
            Source::All { filter: Some(filter), .. } => filter,
            Source::All { filter: None, .. } | Source::Stream { .. } => {
                self.messages.push_back(wire::event(record, self.ids));
                return;
            }
        };
        if filter.takes(record) {
            self.messages.push_back(wire::event(record, self.ids));
        }
        let (considered, _) = self.since_checkpoint;
        self.since_checkpoint = (considered + 1, record.position);
        if considered + 1 >= filter.checkpoint_interval {
            self.checkpoint();
        }
    }

    /// Whoever filters learns where all of the past is behind them, even if none of it was wanted.
    fn catch_up(&mut self) {
        self.checkpoint();
        self.messages.push_back(wire::answer(Content::CaughtUp(CaughtUp {})));
        self.caught_up = true;
    }

    fn checkpoint(&mut self) {
        let (considered, position) = self.since_checkpoint;
        if considered > 0 {
            self.messages.push_back(wire::checkpoint(position));
            self.since_checkpoint = (0, position);
        }
    }
}
