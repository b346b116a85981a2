//! Striking under writers, and waiting each time until they get on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::faults::Fault;
use super::site::Site;
use crate::crash::{Writer, agree, count};
use crate::organization::Tokens;
use crate::settle::settle;
use crate::verify::verify;

/// Between two strikes the writers get on by this many commands each on the average, at most.
const COMMANDS_PER_WRITER: u64 = 4;

/// Then a little later, in microseconds, so that a fault comes at any point of a batch.
const LATER_US: std::ops::Range<u64> = 0..20_000;

/// How long nobody may get on, once a fault is over.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often people log in again: well within the ten minutes that their tokens live.
const LOG_IN_EVERY: Duration = Duration::from_mins(4);

/// How often a fault strikes, and who writes meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Torture {
    /// How often it strikes.
    pub strikes: u32,
    /// Writers at the same time.
    pub writers: u64,
    /// What the moments follow from, so that a failure can be tried again.
    pub seed: u64,
}

/// What was endured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endured {
    /// How often the fault struck.
    pub strikes: u32,
    /// Commands that took effect, each exactly once.
    pub commands: u64,
    /// Those among them that were sent again, for no acknowledgement had come.
    pub sent_again: u64,
    /// The longest time from a strike to the next acknowledgement.
    pub longest_silence: Duration,
}

impl Torture {
    /// Does it at a fresh site; `report` is told of each strike.
    ///
    /// # Errors
    /// When anything acknowledged is lost, took effect twice, or does not agree; when nobody gets on.
    pub(super) async fn endure(
        self,
        site: &mut Site,
        fault: &mut impl Fault,
        report: impl Fn(u32, u64),
    ) -> Result<Endured> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let mut crowd = Crowd::gather(self.writers, site).await?;
        let mut longest_silence = Duration::ZERO;
        for strike in 1..=self.strikes {
            let more = random.random_range(1..=self.writers * COMMANDS_PER_WRITER);
            crowd.gets_on(more).await.with_context(|| format!("before strike {strike}"))?;
            tokio::time::sleep(Duration::from_micros(random.random_range(LATER_US))).await;
            let struck = Instant::now();
            fault.strike(site, &mut random).await.with_context(|| format!("strike {strike}"))?;
            crowd.gets_on(1).await.with_context(|| format!("after strike {strike}"))?;
            longest_silence = longest_silence.max(struck.elapsed());
            crowd.log_in_again(site).await?;
            report(strike, *crowd.acknowledged.borrow());
        }
        let (tokens, writers) = crowd.disperse().await?;
        confirm(site, &tokens, &writers).await?;
        Ok(Endured {
            strikes: self.strikes,
            commands: writers.iter().map(Writer::acknowledged).sum(),
            sent_again: writers.iter().map(Writer::sent_again).sum(),
            longest_silence,
        })
    }
}

/// The writers at work.
struct Crowd {
    writing: JoinSet<Result<Writer>>,
    tokens: watch::Sender<Tokens>,
    acknowledged: watch::Sender<u64>,
    ending: CancellationToken,
    logged_in: Instant,
}

impl Crowd {
    async fn gather(writers: u64, site: &Site) -> Result<Self> {
        let tokens = watch::Sender::new(Tokens::found(site.address()?).await?);
        let (acknowledged, ending) = (watch::Sender::new(0), CancellationToken::new());
        let (mut writing, nodes): (_, Arc<[_]>) = (JoinSet::new(), site.addresses().into());
        for writer in (0..writers).map(Writer::new) {
            let (tokens, nodes) = (tokens.subscribe(), Arc::clone(&nodes));
            writing.spawn(writer.persist(nodes, tokens, ending.clone(), acknowledged.clone()));
        }
        Ok(Self { writing, tokens, acknowledged, ending, logged_in: Instant::now() })
    }

    /// Waits until `more` commands are acknowledged than now.
    async fn gets_on(&mut self, more: u64) -> Result<()> {
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

    async fn log_in_again(&mut self, site: &Site) -> Result<()> {
        if self.logged_in.elapsed() > LOG_IN_EVERY {
            self.tokens.send_replace(Tokens::again(site.address()?).await?);
            self.logged_in = Instant::now();
        }
        Ok(())
    }

    /// Lets every writer end its run.
    async fn disperse(mut self) -> Result<(Tokens, Vec<Writer>)> {
        self.ending.cancel();
        let mut writers = Vec::new();
        while let Some(writer) = self.writing.join_next().await {
            writers.push(writer??);
        }
        Ok((self.tokens.borrow().clone(), writers))
    }
}

async fn confirm(site: &mut Site, tokens: &Tokens, writers: &[Writer]) -> Result<()> {
    let runs = writers.iter().map(Writer::runs).sum();
    let head = settle(site.address()?, tokens).await?;
    for address in site.addresses() {
        agree::ended(address, tokens, runs).await?;
    }
    site.stop().await?;
    count::events(site.binary(), site.store(), runs).await?;
    verify(site.binary(), site.store(), head).await
}
