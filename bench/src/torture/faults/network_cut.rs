//! The network between the nodes and their database is cut.

use std::array::IntoIter;
use std::iter::Cycle;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::Fault;
use crate::torture::proxy::{Network, Proxy};
use crate::torture::site::Site;

/// How long it is cut, in milliseconds.
const FOR_MS: std::ops::Range<u64> = 20..2_000;

/// Every connection is reset; or goes silent, as when a cable is pulled, and stays so while new ones come about.
pub(in crate::torture) struct NetworkCut {
    proxy: Proxy,
    ways: Cycle<IntoIter<Network, 2>>,
    broken: u64,
}

impl NetworkCut {
    /// Of nodes that reach their database through `proxy`; in each way in turn.
    pub(in crate::torture) fn by(proxy: Proxy) -> Self {
        let ways = [Network::Silent, Network::Cut].into_iter().cycle();
        Self { proxy, ways, broken: 0 }
    }
}

impl Fault for NetworkCut {
    async fn strike(&mut self, _: &mut Site, random: &mut StdRng) -> Result<()> {
        let way = self.ways.next().context("no ways")?;
        let within = Duration::from_millis(random.random_range(FOR_MS));
        self.broken += self.proxy.be(way, within).await?;
        Ok(())
    }

    fn note(&self) -> String {
        format!("{} connections broke", self.broken)
    }
}
