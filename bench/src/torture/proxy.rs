//! A network that can be cut: a proxy between the nodes and their database.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a connection carries at a time.
const BUFFER: usize = 64 * 1024;

/// What the connection that appends calls itself.
const APPENDS: &[u8] = b"docket append";

/// What is longer, on that connection, is a batch: not the greeting, nor the end of a transaction.
const BATCH_BYTES: usize = 512;

/// How long the database has for a batch whose answer is lost, before the connection is.
const CARRIED_OUT: Duration = Duration::from_millis(20);

/// What the network does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    /// It carries everything.
    Whole,
    /// Connections are reset, and none comes about.
    Cut,
    /// It carries nothing, without a word: connections that were there then, or come about, are dead for good.
    Silent,
}

/// Passes connections on.
pub(super) struct Proxy {
    address: SocketAddr,
    network: watch::Sender<Network>,
    /// The answer to the next batch is to be lost, and its connection.
    loses: Arc<AtomicBool>,
    lost: watch::Receiver<u64>,
    _passing: JoinSet<()>,
}

#[derive(Clone)]
struct Signs {
    network: watch::Receiver<Network>,
    loses: Arc<AtomicBool>,
    lost: watch::Sender<u64>,
}

impl Proxy {
    /// One before `target`.
    pub(super) async fn before(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("a proxy's port")?;
        let address = listener.local_addr()?;
        let network = watch::Sender::new(Network::Whole);
        let (loses, lost) = (Arc::<AtomicBool>::default(), watch::Sender::new(0));
        let signs =
            Signs { network: network.subscribe(), loses: Arc::clone(&loses), lost: lost.clone() };
        let mut passing = JoinSet::new();
        passing.spawn(accept(listener, target, signs));
        Ok(Self { address, network, loses, lost: lost.subscribe(), _passing: passing })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn be(&self, network: Network) {
        self.network.send_replace(network);
    }

    /// Lets the next batch through, loses its answer and its connection, and waits until that has happened.
    pub(super) async fn lose_an_answer(&mut self) -> Result<()> {
        let before = *self.lost.borrow_and_update();
        self.loses.store(true, Ordering::SeqCst);
        self.lost.wait_for(|lost| *lost > before).await.context("the proxy has ended")?;
        Ok(())
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, signs: Signs) {
    let mut connections = JoinSet::new();
    while let Ok((node, _)) = listener.accept().await {
        let signs = signs.clone();
        connections.spawn(async move {
            // However a connection ends: both ends see it end.
            let _ = pass(node, target, signs).await;
        });
    }
}

async fn pass(node: TcpStream, target: SocketAddr, mut signs: Signs) -> io::Result<()> {
    let now = *signs.network.borrow_and_update();
    match now {
        Network::Whole => {}
        Network::Cut => return node.set_zero_linger(),
        Network::Silent => std::future::pending().await,
    }
    let database = TcpStream::connect(target).await?;
    for stream in [&node, &database] {
        stream.set_nodelay(true)?;
    }
    let (from_node, to_node) = node.into_split();
    let (from_database, to_database) = database.into_split();
    let (mut network, is_deaf) = (signs.network.clone(), AtomicBool::new(false));
    tokio::select! {
        ended = asks(from_node, to_database, &signs, &is_deaf) => ended,
        ended = answers(from_database, to_node, &is_deaf) => ended,
        network = until_broken(&mut network) => match network {
            Network::Silent => std::future::pending().await,
            Network::Cut | Network::Whole => Ok(()),
        },
    }
}

async fn until_broken(network: &mut watch::Receiver<Network>) -> Network {
    let broken = network.wait_for(|network| *network != Network::Whole).await;
    // Whoever breaks it has gone.
    broken.map_or(Network::Cut, |network| *network)
}

async fn asks(
    mut node: OwnedReadHalf,
    mut database: OwnedWriteHalf,
    signs: &Signs,
    is_deaf: &AtomicBool,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut appends = false;
    loop {
        let read = node.read(&mut buffer).await?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(());
        }
        let greets = says(bytes, APPENDS);
        let is_batch = appends && bytes.len() > BATCH_BYTES;
        appends |= greets;
        let is_lost = is_batch && signs.loses.swap(false, Ordering::SeqCst);
        is_deaf.fetch_or(is_lost, Ordering::SeqCst);
        database.write_all(bytes).await?;
        if is_lost {
            tokio::time::sleep(CARRIED_OUT).await;
            signs.lost.send_modify(|lost| *lost += 1);
            return Ok(());
        }
    }
}

async fn answers(
    mut database: OwnedReadHalf,
    mut node: OwnedWriteHalf,
    is_deaf: &AtomicBool,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = database.read(&mut buffer).await?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(());
        }
        if !is_deaf.load(Ordering::SeqCst) {
            node.write_all(bytes).await?;
        }
    }
}

fn says(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}
