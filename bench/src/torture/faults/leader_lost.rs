//! The node that leads the read models is killed, or paused for so long that another leads.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rand::RngExt as _;
use rand::rngs::StdRng;
use sqlx::{Connection as _, PgConnection};
use tokio::time::sleep;

use super::Fault;
use crate::server::signal;
use crate::torture::site::Site;

/// How long it may take until another node leads.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(5);

/// How often it is asked who leads.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How much longer than until then a node stays paused, in milliseconds: it wakes with its page half folded.
const PAUSED_FURTHER_MS: std::ops::Range<u64> = 0..2_000;

const LEADS: &str = "SELECT holder, fencing FROM views.projection_group WHERE name = 'core'";

/// Pauses or kills whoever leads, in turn, and remembers how long it took until another did.
#[derive(Default)]
pub(in crate::torture) struct LeaderLost {
    /// The longest time that nobody led.
    longest: Duration,
    struck: u32,
}

struct Leader {
    node: usize,
    process: u32,
    fencing: i64,
}

impl Fault for LeaderLost {
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()> {
        let url = site.store().url().context("a leader takes PostgreSQL")?;
        let mut database = PgConnection::connect(url).await?;
        let leader = Leader::of(&mut database, site).await?;
        let is_paused = self.struck.is_multiple_of(2);
        self.struck += 1;
        let lost = Instant::now();
        if is_paused {
            signal("STOP", leader.process).await?;
        } else {
            site.kill(leader.node).await?;
        }
        let taken_over = leader.is_replaced(&mut database).await;
        self.longest = self.longest.max(lost.elapsed());
        if is_paused {
            sleep(Duration::from_millis(random.random_range(PAUSED_FURTHER_MS))).await;
            signal("CONT", leader.process).await?;
        } else {
            site.serve(leader.node).await?;
        }
        taken_over
    }

    fn note(&self) -> String {
        format!("another led after {:.1} s at the latest", self.longest.as_secs_f64())
    }
}

impl Leader {
    async fn of(database: &mut PgConnection, site: &Site) -> Result<Self> {
        let (holder, fencing): (String, i64) = sqlx::query_as(LEADS).fetch_one(database).await?;
        let process = holder.split(' ').find_map(|word| word.parse().ok());
        let process = process.with_context(|| format!("`{holder}` names no process"))?;
        let mut nodes = 0..site.addresses().len();
        let node = nodes.find(|node| site.process(*node) == Some(process));
        let node = node.with_context(|| format!("`{holder}` is no node of ours"))?;
        Ok(Self { node, process, fencing })
    }

    async fn is_replaced(&self, database: &mut PgConnection) -> Result<()> {
        let lost = Instant::now();
        loop {
            let (holder, fencing): (String, i64) =
                sqlx::query_as(LEADS).fetch_one(&mut *database).await?;
            if fencing > self.fencing {
                ensure!(lost.elapsed() <= TAKEN_OVER_WITHIN, "it took {:?}", lost.elapsed());
                return Ok(());
            }
            if lost.elapsed() > TAKEN_OVER_WITHIN * 4 {
                bail!("nobody takes over from {holder}");
            }
            sleep(LOOK_EVERY).await;
        }
    }
}
