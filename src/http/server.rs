//! The HTTP server as a whole: started on a listener, stopped gracefully.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{App, HttpServer};

use super::{State, route};
use crate::supervise::Supervisor;

/// How long a connection may stand idle.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to send its head.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Connections of one worker, far beyond what a node serves well.
const MAX_CONNECTIONS: usize = 25_000;
/// How long requests that have begun may take at shutdown, in seconds: longer than an operation may.
const DRAIN_S: u64 = 25;

/// A server that runs.
pub struct ServerHandle {
    address: SocketAddr,
    server: actix_web::dev::ServerHandle,
    state: State,
    ended: Pin<Box<dyn Future<Output = Option<std::io::Result<()>>> + Send>>,
}

/// Serves `state` on `listener` until it is stopped; a worker thread for each processor takes connections.
///
/// # Errors
/// Where the listener is of no use.
pub fn serve(
    listener: TcpListener,
    state: State,
    supervisor: &Supervisor,
) -> std::io::Result<ServerHandle> {
    let address = listener.local_addr()?;
    let shared = Data::new(state.clone());
    let application = move || {
        App::new()
            .app_data(shared.clone())
            .configure(route::configure)
            .default_service(actix_web::web::to(route::nothing_here))
    };
    let server = HttpServer::new(application)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_WITHIN)
        .max_connections(MAX_CONNECTIONS)
        .shutdown_timeout(DRAIN_S)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let ended = Box::pin(supervisor.run("http", server));
    Ok(ServerHandle { address, server: handle, state, ended })
}

impl ServerHandle {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, gives sockets their close frame, lets requests that have begun end, and comes back.
    ///
    /// # Errors
    /// Where the server had failed.
    pub async fn stop(self) -> std::io::Result<()> {
        self.state.health.end();
        self.state.ending.cancel();
        self.server.stop(true).await;
        self.ended.await.unwrap_or_else(|| Err(died()))
    }

    /// Comes back where the server ends by itself, which it does only when it fails.
    pub async fn failed(&mut self) -> std::io::Error {
        match (&mut self.ended).await {
            Some(Err(error)) => error,
            Some(Ok(())) | None => died(),
        }
    }
}

fn died() -> std::io::Error {
    std::io::Error::other("the HTTP server died")
}
