//! `kill -9` of the server.

use anyhow::Result;
use rand::RngExt as _;
use rand::rngs::StdRng;

use super::Fault;
use crate::torture::site::Site;

/// Kills any of the nodes, and starts it again.
pub(in crate::torture) struct ServerKilled;

impl Fault for ServerKilled {
    async fn strike(&mut self, site: &mut Site, random: &mut StdRng) -> Result<()> {
        let node = random.random_range(0..site.addresses().len());
        site.kill(node).await?;
        site.serve(node).await
    }
}
