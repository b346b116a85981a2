//! `kill -9` of PostgreSQL.

use std::sync::Arc;

use anyhow::Result;
use private_postgres::PrivateServer;
use rand::rngs::StdRng;

use super::Fault;
use crate::torture::site::Site;

/// Every process of the server is killed at once, and it is started again.
pub(in crate::torture) struct PostgresKilled {
    pub(in crate::torture) server: Arc<PrivateServer>,
}

impl Fault for PostgresKilled {
    async fn strike(&mut self, _: &mut Site, _: &mut StdRng) -> Result<()> {
        let server = Arc::clone(&self.server);
        tokio::task::spawn_blocking(move || server.crash()).await?
    }
}
