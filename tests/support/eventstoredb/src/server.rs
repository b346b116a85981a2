//! Starting and stopping the server.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use futures::Stream;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::transport::Server as Transport;

use crate::discovery::Node;
use crate::faults::Faults;
use crate::line::Line;
use crate::log::Log;
use crate::protocol::gossip::gossip_server::GossipServer;
use crate::protocol::server_features::server_features_server::ServerFeaturesServer;
use crate::protocol::streams::streams_server::StreamsServer;
use crate::streams::Service;

/// A server with a fresh log on a free port of 127.0.0.1; dropping it ends it, with every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    faults: Arc<Faults>,
    serving: JoinSet<()>,
}

impl Server {
    /// Starts a server, which accepts connections as soon as this returns.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let faults = Arc::new(Faults::default());
        let node = Node::new(address, faults.clone());
        let log = Arc::new(watch::Sender::new(Log::fresh()));
        let routes = Transport::builder()
            .add_service(StreamsServer::new(Service::new(log, faults.clone(), address)))
            .add_service(GossipServer::new(node.clone()))
            .add_service(ServerFeaturesServer::new(node));
        let connections = connections(listener, faults.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // Its only errors are the listener's, and those it waits for to pass.
            let _ended = routes.serve_with_incoming(connections).await;
        });
        Ok(Self { address, faults, serving })
    }

    /// The connection string, to which `&setting=value` may be added. The client waits before it first
    /// connects, half a second unless told otherwise; here it is told 1 ms.
    pub fn url(&self) -> String {
        format!("esdb://{}?tls=false&discoveryInterval=1", self.address)
    }

    /// What can go wrong with it.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Ends it, and returns when its port is free again.
    pub async fn stop(mut self) {
        self.faults.end();
        self.serving.shutdown().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The tasks of connections are the transport's own, and end when these break.
        self.faults.end();
    }
}

/// The connections that clients make, each of which breaks when it is asked to.
fn connections(listener: TcpListener, faults: Arc<Faults>) -> impl Stream<Item = io::Result<Line>> {
    futures::stream::unfold((listener, faults), |(listener, faults)| async move {
        let line = listener.accept().await.and_then(|(socket, _)| {
            socket.set_nodelay(true)?;
            Ok(Line::new(socket, faults.connection()))
        });
        Some((line, (listener, faults)))
    })
}
