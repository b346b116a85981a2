//! A PostgreSQL server that may be tormented, for one fault.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use private_postgres::PrivateServer;

use super::proxy::Proxy;
use crate::server::Surroundings;
use crate::store::Store;

/// A server of its own, with a fresh store on it.
pub(super) struct Private {
    pub(super) server: Arc<PrivateServer>,
    pub(super) store: Store,
}

impl Private {
    pub(super) async fn start() -> Result<Self> {
        let server = PrivateServer::start().context("starting a private PostgreSQL server")?;
        let store = Store::postgres(&server.url()).await?;
        Ok(Self { server: Arc::new(server), store })
    }

    /// A proxy before it, and by which way a node goes through it.
    pub(super) async fn proxied(&self) -> Result<(Proxy, Surroundings)> {
        let port = self.server.port();
        let proxy = Proxy::before(SocketAddr::from(([127, 0, 0, 1], port))).await?;
        let url = self.store.url().context("a database")?;
        let url = url.replacen(&format!(":{port}/"), &format!(":{}/", proxy.port()), 1);
        Ok((proxy, Surroundings { url: Some(url), ..Surroundings::default() }))
    }
}
