//! The connection is lost while a batch is committed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::time::sleep;

use super::Fault;
use crate::torture::proxy::Proxy;
use crate::torture::site::Site;

/// How it is lost.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// By the network: the database carries the batch out, and its answer never comes.
    Network,
    /// At a failpoint, before the commit is sent: it is never made.
    Unsent,
    /// At a failpoint, after it was answered.
    Unanswered,
    /// The same, and the outcome cannot be looked up for too long.
    Unknown,
}

/// One after another.
const WAYS: [Way; 4] = [Way::Network, Way::Unsent, Way::Unanswered, Way::Unknown];

/// How many commits go well before one is lost.
const PASSED: std::ops::Range<u32> = 0..20;

/// For how long nothing can be looked up: longer than the server tries, in milliseconds.
const NO_LOOK_UP_MS: u32 = 11_000;

/// What the server logs of a commit that it has found, or made after all.
const LOOKED_UP: &str = "a batch in doubt was looked up";

/// What it logs of one that it could not look up.
const UNKNOWN: &str = "the outcome of a batch stays unknown";

/// How long a commit may be in doubt.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Loses the connection in each way in turn, and waits until the server has looked the batch up, or has said that its
/// outcome is unknown.
pub(in crate::torture) struct CommitLost {
    proxy: Proxy,
    ways: std::iter::Cycle<std::array::IntoIter<Way, 4>>,
    looked_up: usize,
    unknown: usize,
}

impl CommitLost {
    /// Of nodes that reach their database through `proxy`.
    pub(in crate::torture) fn by(proxy: Proxy) -> Self {
        Self { proxy, ways: WAYS.into_iter().cycle(), looked_up: 0, unknown: 0 }
    }

    async fn lose(&mut self, site: &mut Site, random: &mut StdRng) -> Result<Way> {
        let (way, passed) = (self.ways.next().context("no ways")?, random.random_range(PASSED));
        let told = match way {
            Way::Network => {
                self.proxy.lose_an_answer().await?;
                return Ok(way);
            }
            Way::Unsent => format!("commit-unsent={passed}*off->1*return"),
            Way::Unanswered => format!("commit-unanswered={passed}*off->1*return"),
            Way::Unknown => {
                format!("commit-unanswered={passed}*off->1*return;look-up=1*sleep({NO_LOOK_UP_MS})")
            }
        };
        site.kill(0).await?;
        site.serve_told(0, told).await?;
        Ok(way)
    }
}

impl Fault for CommitLost {
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()> {
        let before = Verdicts::read(&site.log())?;
        let way = self.lose(site, random).await?;
        let verdicts = before.exceeded(&site.log()).await.with_context(|| format!("{way:?}"))?;
        let said_unknown = verdicts.unknown > before.unknown;
        if said_unknown != matches!(way, Way::Unknown) {
            bail!("{way:?} came to {verdicts:?} after {before:?}");
        }
        self.looked_up += verdicts.looked_up - before.looked_up;
        self.unknown += verdicts.unknown - before.unknown;
        Ok(())
    }

    fn note(&self) -> String {
        format!("{} looked up, {} said to be unknown", self.looked_up, self.unknown)
    }
}

/// What became of batches in doubt, as the server logs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Verdicts {
    looked_up: usize,
    unknown: usize,
}

impl Verdicts {
    fn read(log: &Path) -> Result<Self> {
        let log = fs::read(log).context("reading the server's log")?;
        let log = String::from_utf8_lossy(&log);
        let said = |words| log.matches(words).count();
        Ok(Self { looked_up: said(LOOKED_UP), unknown: said(UNKNOWN) })
    }

    /// Waits for a further one.
    async fn exceeded(self, log: &Path) -> Result<Self> {
        let began = Instant::now();
        loop {
            let now = Self::read(log)?;
            if now != self {
                return Ok(now);
            }
            if began.elapsed() > PATIENCE {
                bail!("no batch was in doubt: is it built with `--features failpoints`?");
            }
            sleep(LOOK_EVERY).await;
        }
    }
}
