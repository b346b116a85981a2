//! The connection is lost while a batch is committed.

use anyhow::Result;
use rand::rngs::StdRng;

use super::Fault;
use crate::torture::proxy::Proxy;
use crate::torture::site::Site;

/// The database carries a batch out; its answer never comes, and the connection ends.
pub(in crate::torture) struct AnswerLost {
    pub(in crate::torture) proxy: Proxy,
}

impl Fault for AnswerLost {
    async fn strike(&mut self, _: &mut Site, _: &mut StdRng) -> Result<()> {
        self.proxy.lose_an_answer().await
    }
}
