//! What is tormented: nodes over one store.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::server::{Binary, Server, Surroundings, free_address};
use crate::store::Store;

/// Some nodes over one store, each at an address that it keeps.
pub(super) struct Site {
    binary: Binary,
    store: Store,
    surroundings: Surroundings,
    nodes: Vec<Node>,
}

struct Node {
    address: SocketAddr,
    server: Option<Server>,
}

impl Site {
    /// Starts `nodes` of them, one after another.
    pub(super) async fn start(
        binary: &Binary,
        store: Store,
        nodes: usize,
        surroundings: Surroundings,
    ) -> Result<Self> {
        let binary = binary.clone();
        let mut this = Self { binary, store, surroundings, nodes: Vec::new() };
        for index in 0..nodes {
            this.nodes.push(Node { address: free_address()?, server: None });
            this.serve(index).await?;
        }
        Ok(this)
    }

    pub(super) fn binary(&self) -> &Binary {
        &self.binary
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Of the first node.
    pub(super) fn address(&self) -> Result<SocketAddr> {
        self.nodes.first().map(|node| node.address).context("no nodes")
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(|node| node.address).collect()
    }

    /// The number of the process that is the node at `index`.
    pub(super) fn process(&self, index: usize) -> Option<u32> {
        self.nodes.get(index)?.server.as_ref()?.id()
    }

    /// Where the nodes log.
    pub(super) fn log(&self) -> PathBuf {
        self.store.log()
    }

    /// Serves at the node's address again.
    pub(super) async fn serve(&mut self, index: usize) -> Result<()> {
        let server = self.start_at(index, &self.surroundings)?;
        self.is_served_by(server, index).await
    }

    /// The same by a test build that is told what to do at its failpoints.
    pub(super) async fn serve_told(&mut self, index: usize, failpoints: String) -> Result<()> {
        let server = self.start_told(index, failpoints)?;
        self.is_served_by(server, index).await
    }

    /// A server at the node's address that is told what to do at its failpoints; it is its caller's.
    pub(super) fn start_told(&self, index: usize, failpoints: String) -> Result<Server> {
        let mut told = self.surroundings.clone();
        told.variables.push(("FAILPOINTS".to_owned(), failpoints));
        self.start_at(index, &told)
    }

    fn start_at(&self, index: usize, within: &Surroundings) -> Result<Server> {
        let node = self.nodes.get(index).context("no such node")?;
        self.binary.start(&self.store, node.address, within)
    }

    async fn is_served_by(&mut self, mut server: Server, index: usize) -> Result<()> {
        server.ready().await?;
        self.nodes.get_mut(index).context("no such node")?.server = Some(server);
        Ok(())
    }

    /// Kills the node at `index` as `kill -9` does.
    pub(super) async fn kill(&mut self, index: usize) -> Result<()> {
        self.take(index)?.kill().await
    }

    /// The node at `index`, which is its caller's from now on.
    pub(super) fn take(&mut self, index: usize) -> Result<Server> {
        self.nodes.get_mut(index).and_then(|node| node.server.take()).context("no such node")
    }

    /// Stops every node.
    pub(super) async fn stop(&mut self) -> Result<()> {
        for server in self.nodes.iter_mut().filter_map(|node| node.server.take()) {
            server.stop().await?;
        }
        Ok(())
    }

    /// Kills every node, and copies what is left to a directory that stays.
    pub(super) async fn keep(&mut self) -> Result<PathBuf> {
        for server in self.nodes.iter_mut().filter_map(|node| node.server.take()) {
            server.kill().await?;
        }
        self.store.keep().await
    }

    /// The store, without nodes.
    pub(super) fn into_store(self) -> Store {
        self.store
    }

    /// Takes the store away.
    pub(super) async fn remove(self) -> Result<()> {
        drop(self.nodes);
        self.store.remove().await
    }
}
