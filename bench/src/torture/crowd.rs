//! The writers at work, whatever breaks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::site::Site;
use crate::crash::Writer;
use crate::organization::Tokens;

/// How long nobody may get on, once a fault is over.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often people log in again: well within the ten minutes that their tokens live.
const LOG_IN_EVERY: Duration = Duration::from_mins(4);

/// The writers at work.
pub(super) struct Crowd {
    writing: JoinSet<Result<Writer>>,
    tokens: watch::Sender<Tokens>,
    acknowledged: watch::Sender<u64>,
    silence: watch::Receiver<Duration>,
    ending: CancellationToken,
    logged_in: Instant,
    _listening: JoinSet<()>,
}

impl Crowd {
    /// Founds the organization, and begins.
    pub(super) async fn gather(writers: u64, site: &Site) -> Result<Self> {
        let tokens = watch::Sender::new(Tokens::found(site.address()?).await?);
        let (acknowledged, ending) = (watch::Sender::new(0), CancellationToken::new());
        let (mut writing, nodes): (_, Arc<[_]>) = (JoinSet::new(), site.addresses().into());
        for writer in (0..writers).map(Writer::new) {
            let (tokens, nodes) = (tokens.subscribe(), Arc::clone(&nodes));
            writing.spawn(writer.persist(nodes, tokens, ending.clone(), acknowledged.clone()));
        }
        let longest = watch::Sender::new(Duration::ZERO);
        let silence = longest.subscribe();
        let mut listening = JoinSet::new();
        listening.spawn(listen(acknowledged.subscribe(), longest));
        Ok(Self {
            writing,
            tokens,
            acknowledged,
            silence,
            ending,
            logged_in: Instant::now(),
            _listening: listening,
        })
    }

    /// Waits until `more` commands are acknowledged than now.
    pub(super) async fn gets_on(&mut self, more: u64) -> Result<()> {
        let mut acknowledged = self.acknowledged.subscribe();
        let until = *acknowledged.borrow() + more;
        let gets_on = timeout(PATIENCE, acknowledged.wait_for(|count| *count >= until));
        tokio::select! {
            on = gets_on => match on {
                Ok(reached) => reached.map(drop).context("nobody writes any more"),
                Err(_) => bail!("nothing was acknowledged for {} s", PATIENCE.as_secs()),
            },
            ended = self.writing.join_next() => match ended {
                Some(ended) => ended?.map(drop),
                None => bail!("nobody writes any more"),
            },
        }
    }

    /// How many commands are acknowledged by now.
    pub(super) fn acknowledged(&self) -> u64 {
        *self.acknowledged.borrow()
    }

    /// The longest time so far from one acknowledgement to the next.
    pub(super) fn longest_silence(&self) -> Duration {
        *self.silence.borrow()
    }

    /// Renews the tokens where that is due.
    pub(super) async fn log_in_again(&mut self, site: &Site) -> Result<()> {
        if self.logged_in.elapsed() > LOG_IN_EVERY {
            self.tokens.send_replace(Tokens::again(site.address()?).await?);
            self.logged_in = Instant::now();
        }
        Ok(())
    }

    /// Lets every writer end its run.
    pub(super) async fn disperse(mut self) -> Result<(Tokens, Vec<Writer>)> {
        self.ending.cancel();
        let mut writers = Vec::new();
        while let Some(writer) = self.writing.join_next().await {
            writers.push(writer??);
        }
        Ok((self.tokens.borrow().clone(), writers))
    }
}

/// Listens for acknowledgements, and tells the longest time between two of them.
async fn listen(mut acknowledged: watch::Receiver<u64>, longest: watch::Sender<Duration>) {
    let mut last: Option<Instant> = None;
    while acknowledged.changed().await.is_ok() {
        if let Some(silence) = last.map(|last| last.elapsed()) {
            longest.send_if_modified(|longest| {
                let is_longer = silence > *longest;
                *longest = silence.max(*longest);
                is_longer
            });
        }
        last = Some(Instant::now());
    }
}
