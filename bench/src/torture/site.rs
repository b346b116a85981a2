//! What is tormented: nodes over one store.

use std::net::SocketAddr;

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

    /// Serves at the node's address again.
    pub(super) async fn serve(&mut self, index: usize) -> Result<()> {
        let mut server = self.start_one(index, &self.surroundings)?;
        server.ready().await?;
        self.nodes.get_mut(index).context("no such node")?.server = Some(server);
        Ok(())
    }

    /// A server at the node's address, in surroundings of its own, which is its caller's.
    pub(super) fn start_one(&self, index: usize, within: &Surroundings) -> Result<Server> {
        let node = self.nodes.get(index).context("no such node")?;
        self.binary.start(&self.store, node.address, within)
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

    /// Takes the store away.
    pub(super) async fn remove(self) -> Result<()> {
        drop(self.nodes);
        self.store.remove().await
    }
}
