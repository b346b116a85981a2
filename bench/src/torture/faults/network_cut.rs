//! The network between the nodes and their database is cut.

use std::time::Duration;

use anyhow::Result;
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::time::sleep;

use super::Fault;
use crate::torture::proxy::{Network, Proxy};
use crate::torture::site::Site;

/// How long it is cut, in milliseconds.
const FOR_MS: std::ops::Range<u64> = 20..2_000;

/// Every connection is reset; or goes silent, as when a cable is pulled, and stays so while new ones come about.
pub(in crate::torture) struct NetworkCut {
    pub(in crate::torture) proxy: Proxy,
}

impl Fault for NetworkCut {
    async fn strike(&mut self, _: &mut Site, random: &mut StdRng) -> Result<()> {
        let network = if random.random_bool(0.5) { Network::Cut } else { Network::Silent };
        self.proxy.be(network);
        sleep(Duration::from_millis(random.random_range(FOR_MS))).await;
        self.proxy.be(Network::Whole);
        Ok(())
    }
}
