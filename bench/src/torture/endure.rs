//! Striking under writers, and waiting each time until they get on.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::sleep;

use super::crowd::Crowd;
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

/// How long a node may take no commits once all faults are over, and how often it is tried.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(100);

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endured {
    /// How often the fault struck.
    pub strikes: u32,
    /// Commands that took effect, each exactly once.
    pub commands: u64,
    /// Those among them that were sent again, for no acknowledgement had come.
    pub sent_again: u64,
    /// The longest time from one acknowledgement to the next.
    pub longest_silence: Duration,
    /// From the fresh store to the verdict.
    pub took: Duration,
    /// What else came of it.
    pub note: String,
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
        let began = Instant::now();
        let mut random = StdRng::seed_from_u64(self.seed);
        let mut crowd = Crowd::gather(self.writers, site).await?;
        for strike in 1..=self.strikes {
            let more = random.random_range(1..=self.writers * COMMANDS_PER_WRITER);
            crowd.gets_on(more).await.with_context(|| format!("before strike {strike}"))?;
            sleep(Duration::from_micros(random.random_range(LATER_US))).await;
            fault.strike(site, &mut random).await.with_context(|| format!("strike {strike}"))?;
            crowd.gets_on(1).await.with_context(|| format!("after strike {strike}"))?;
            crowd.log_in_again(site).await?;
            report(strike, crowd.acknowledged());
        }
        let longest_silence = crowd.longest_silence();
        let (tokens, writers) = crowd.disperse().await?;
        every_node_takes_commits(site).await?;
        confirm(site, &tokens, &writers).await?;
        Ok(Endured {
            strikes: self.strikes,
            commands: writers.iter().map(Writer::acknowledged).sum(),
            sent_again: writers.iter().map(Writer::sent_again).sum(),
            longest_silence,
            took: began.elapsed(),
            note: fault.note(),
        })
    }
}

/// Waits until people have logged in at each node, which is recorded: one that takes nothing any more would not be
/// noticed by writers, who go on at another.
async fn every_node_takes_commits(site: &Site) -> Result<()> {
    for address in site.addresses() {
        let began = Instant::now();
        while let Err(error) = Tokens::again(address).await {
            ensure!(
                began.elapsed() < PATIENCE,
                "the node at {address} takes no commits any more: {error:#}"
            );
            sleep(LOOK_EVERY).await;
        }
    }
    Ok(())
}

pub(super) async fn confirm(site: &mut Site, tokens: &Tokens, writers: &[Writer]) -> Result<()> {
    let runs = writers.iter().map(Writer::runs).sum();
    let head = settle(site.address()?, tokens).await?;
    for address in site.addresses() {
        agree::ended(address, tokens, runs).await?;
    }
    site.stop().await?;
    count::events(site.binary(), site.store(), runs).await?;
    verify(site.binary(), site.store(), head).await
}
