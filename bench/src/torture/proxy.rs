//! A network that can be cut: a proxy between the nodes and their database.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// What a connection carries at a time.
const BUFFER: usize = 64 * 1024;

/// What the connection that appends calls itself.
const APPENDS: &[u8] = b"docket append";

/// What is longer, on that connection, is a batch: not the greeting, nor the end of a transaction.
const BATCH_BYTES: usize = 512;

/// With this the database ends what it says to a batch, and one byte more: it is carried out.
const READY: &[u8] = &[b'Z', 0, 0, 0, 5];

/// How long the database waits for a client that is not there: the server's connections ask for that
/// (`tcp_keepalives_idle` and others). What the proxy keeps open in silence would be answered by its own system.
const UNHEARD: Duration = Duration::from_secs(16);

/// How long a fault may take to come about.
const PATIENCE: Duration = Duration::from_mins(1);

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
    state: watch::Sender<State>,
    /// The answer to the next batch is to be lost, and its connection.
    loses: Arc<AtomicBool>,
    lost: watch::Receiver<u64>,
    broken: watch::Receiver<u64>,
    _passing: JoinSet<()>,
}

/// What the network does, and what it was last when it did not carry everything, with how often that was: so that a
/// connection hears of it, however soon it is over.
#[derive(Debug, Clone, Copy)]
struct State {
    now: Network,
    last: Network,
    times: u64,
}

#[derive(Clone)]
struct Signs {
    state: watch::Receiver<State>,
    loses: Arc<AtomicBool>,
    lost: watch::Sender<u64>,
    broken: watch::Sender<u64>,
}

impl Proxy {
    /// One before `target`.
    pub(super) async fn before(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("a proxy's port")?;
        let address = listener.local_addr()?;
        let state = State { now: Network::Whole, last: Network::Whole, times: 0 };
        let (state, loses) = (watch::Sender::new(state), Arc::<AtomicBool>::default());
        let (lost, broken) = (watch::Sender::new(0), watch::Sender::new(0));
        let signs = Signs {
            state: state.subscribe(),
            loses: Arc::clone(&loses),
            lost: lost.clone(),
            broken: broken.clone(),
        };
        let mut passing = JoinSet::new();
        passing.spawn(accept(listener, target, signs));
        let (lost, broken) = (lost.subscribe(), broken.subscribe());
        Ok(Self { address, state, loses, lost, broken, _passing: passing })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Has the network be `broken` for so long, and carry everything again; answers how many connections broke.
    ///
    /// # Errors
    /// When none did.
    pub(super) async fn be(&mut self, broken: Network, within: Duration) -> Result<u64> {
        let before = *self.broken.borrow_and_update();
        self.state.send_modify(|state| {
            *state = State { now: broken, last: broken, times: state.times + 1 };
        });
        sleep(within).await;
        self.state.send_modify(|state| state.now = Network::Whole);
        let broke = self.broken.wait_for(|broken| *broken > before);
        let broke = timeout(PATIENCE, broke).await.context("no connection broke")?;
        Ok(*broke.context("the proxy has ended")? - before)
    }

    /// Lets the next batch through, and loses its connection once it is carried out, before it is answered; waits until
    /// that has happened.
    pub(super) async fn lose_an_answer(&mut self) -> Result<()> {
        let before = *self.lost.borrow_and_update();
        self.loses.store(true, Ordering::SeqCst);
        let lost = self.lost.wait_for(|lost| *lost > before);
        timeout(PATIENCE, lost)
            .await
            .context("no batch was sent")?
            .context("the proxy has ended")?;
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

async fn pass(mut node: TcpStream, target: SocketAddr, mut signs: Signs) -> io::Result<()> {
    let State { now, times, .. } = *signs.state.borrow_and_update();
    match now {
        Network::Whole => {}
        Network::Cut => return node.set_zero_linger(),
        Network::Silent => std::future::pending().await,
    }
    let mut database = TcpStream::connect(target).await?;
    for stream in [&node, &database] {
        stream.set_nodelay(true)?;
    }
    let (mut state, is_deaf) = (signs.state.clone(), AtomicBool::new(false));
    let broken = {
        let (from_node, to_node) = node.split();
        let (from_database, to_database) = database.split();
        let mut asks = pin!(asks(from_node, to_database, &signs, &is_deaf));
        let mut answers = pin!(answers(from_database, to_node, &signs, &is_deaf));
        tokio::select! {
            ended = &mut asks => return ended,
            ended = &mut answers => return ended,
            broken = until_broken(&mut state, times) => {
                signs.broken.send_modify(|broken| *broken += 1);
                broken
            }
        }
    };
    if broken == Network::Silent {
        // Both ends stay as they are, and hear nothing, until the database gives it up.
        sleep(UNHEARD).await;
        drop(database);
        return std::future::pending().await;
    }
    node.set_zero_linger()?;
    database.set_zero_linger()
}

/// Waits until the network has been broken more often than so many times; answers in which way.
async fn until_broken(state: &mut watch::Receiver<State>, times: u64) -> Network {
    let broken = state.wait_for(|state| state.times > times).await;
    // Whoever breaks it has gone.
    broken.map_or(Network::Cut, |state| state.last)
}

async fn asks(
    mut node: ReadHalf<'_>,
    mut database: WriteHalf<'_>,
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
    }
}

async fn answers(
    mut database: ReadHalf<'_>,
    mut node: WriteHalf<'_>,
    signs: &Signs,
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
        } else if bytes.split_last().is_some_and(|(_, before)| before.ends_with(READY)) {
            signs.lost.send_modify(|lost| *lost += 1);
            return Ok(());
        }
    }
}

fn says(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}
