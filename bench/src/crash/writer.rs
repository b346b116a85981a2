//! One writer, across all deaths of the server.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::command::{Acknowledged, Command, CommandError, Run};
use crate::graphql::{AskError, Client};
use crate::organization::Tokens;

/// How often a command is sent again because the read models had not caught up: each time the server
/// waits for them.
const BEHIND_ATTEMPTS: u32 = 20;

/// How long a persistent writer waits for an answer: longer than a node may take to take over, and to look up
/// what is in doubt.
const ANSWER: Duration = Duration::from_secs(20);

/// How long it waits before it tries again.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// How long it stays at one node: those that were away get their share of the work again.
const AT_ONE_NODE: Duration = Duration::from_secs(2);

/// When a writer comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// When a command is not answered.
    NoAnswer,
    /// When its run has ended; then every command must be answered.
    RunEnds,
}

/// A command with the key under which it is sent, as often as it takes.
#[derive(Debug, Clone)]
struct Keyed {
    command: Command,
    key: String,
}

/// One writer's memory.
#[derive(Debug)]
pub(crate) struct Writer {
    number: u64,
    next: Option<Keyed>,
    /// What was acknowledged, in order, with the place in the log of each.
    journal: Vec<(Keyed, u64)>,
    in_doubt: bool,
    head: u64,
    sent_again: u64,
    had_taken_effect: u64,
    runs: u64,
}

impl Writer {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            next: None,
            journal: Vec::new(),
            in_doubt: false,
            head: 0,
            sent_again: 0,
            had_taken_effect: 0,
            runs: 0,
        }
    }

    pub(crate) fn acknowledged(&self) -> u64 {
        self.journal.len() as u64
    }

    /// The places in the log of what was acknowledged.
    pub(crate) fn positions(&self) -> impl Iterator<Item = u64> {
        self.journal.iter().map(|(_, position)| *position)
    }

    pub(crate) fn sent_again(&self) -> u64 {
        self.sent_again
    }

    pub(crate) fn had_taken_effect(&self) -> u64 {
        self.had_taken_effect
    }

    pub(crate) fn runs(&self) -> u64 {
        self.runs
    }

    /// Tells it where the log ended when the server had started again: what is in doubt had taken
    /// effect if it is before that.
    pub(crate) fn restarted(&mut self, head: u64) {
        self.head = head;
    }

    /// Writes until the server dies, or until its run has ended; adds a permit to `acknowledged` for each
    /// command.
    ///
    /// # Errors
    /// When an answer is not what it must be; with `RunEnds`, also when none comes.
    pub(super) async fn write(
        mut self,
        address: SocketAddr,
        tokens: Tokens,
        until: Until,
        acknowledged: Arc<Semaphore>,
    ) -> Result<Self> {
        match (self.commands(address, &tokens, until, &acknowledged).await, until) {
            (Err(error), Until::NoAnswer) if unanswered(&error) => Ok(self),
            (done, _) => {
                done.with_context(|| format!("writer {}", self.number))?;
                Ok(self)
            }
        }
    }

    async fn commands(
        &mut self,
        address: SocketAddr,
        tokens: &Tokens,
        until: Until,
        acknowledged: &Semaphore,
    ) -> Result<()> {
        let mut client = Client::open(address).await.map_err(AskError::Unanswered)?;
        self.repeat_the_last(&mut client, tokens).await?;
        while until == Until::NoAnswer || self.next.is_some() {
            let keyed = self.next.get_or_insert_with(|| start(self.number, self.runs)).clone();
            self.step(&mut client, tokens, keyed).await?;
            acknowledged.add_permits(1);
        }
        Ok(())
    }

    /// An acknowledgement that came before the server died must be given again under the same key.
    async fn repeat_the_last(&mut self, client: &mut Client, tokens: &Tokens) -> Result<()> {
        match self.journal.last() {
            Some((keyed, position)) => repeat(keyed, *position, client, tokens).await,
            None => Ok(()),
        }
    }

    /// Sends all again that was acknowledged with a place up to `head`: each must be acknowledged as before.
    ///
    /// # Errors
    /// When one is not, or with another place.
    pub(crate) async fn repeat_up_to(
        &self,
        head: u64,
        client: &mut Client,
        tokens: &Tokens,
    ) -> Result<()> {
        for (keyed, position) in self.journal.iter().filter(|(_, position)| *position <= head) {
            repeat(keyed, *position, client, tokens).await?;
        }
        Ok(())
    }

    /// Writes through whatever happens, until `ending` and then to the end of its run: a command that is not
    /// acknowledged is sent again under its key, to another of `nodes`. Tells `acknowledged` of each that is.
    ///
    /// # Errors
    /// When an answer is wrong, rather than late.
    pub(crate) async fn persist(
        mut self,
        nodes: Arc<[SocketAddr]>,
        tokens: watch::Receiver<Tokens>,
        ending: CancellationToken,
        acknowledged: watch::Sender<u64>,
    ) -> Result<Self> {
        let mut node = usize::try_from(self.number).unwrap_or_default();
        while !ending.is_cancelled() || self.next.is_some() {
            node += 1;
            let Some(address) = nodes.get(node % nodes.len()) else { break };
            let tokens = tokens.borrow().clone();
            match self.write_on(*address, &tokens, &ending, &acknowledged).await {
                Err(error) if !passes(&error) => {
                    return Err(error.context(format!("writer {}", self.number)));
                }
                _ => tokio::time::sleep(TRY_AGAIN).await,
            }
        }
        Ok(self)
    }

    /// Writes at one node until something is not acknowledged, or for a while.
    async fn write_on(
        &mut self,
        address: SocketAddr,
        tokens: &Tokens,
        ending: &CancellationToken,
        acknowledged: &watch::Sender<u64>,
    ) -> Result<()> {
        let until = Instant::now() + AT_ONE_NODE;
        let opened = timeout(ANSWER, Client::open(address)).await.map_err(late)?;
        let mut client = opened.map_err(AskError::Unanswered)?;
        timeout(ANSWER, self.repeat_the_last(&mut client, tokens)).await.map_err(late)??;
        while Instant::now() < until && (!ending.is_cancelled() || self.next.is_some()) {
            let keyed = self.next.get_or_insert_with(|| start(self.number, self.runs)).clone();
            timeout(ANSWER, self.step(&mut client, tokens, keyed)).await.map_err(late)??;
            acknowledged.send_modify(|count| *count += 1);
        }
        Ok(())
    }

    async fn step(&mut self, client: &mut Client, tokens: &Tokens, keyed: Keyed) -> Result<()> {
        let again = std::mem::replace(&mut self.in_doubt, true);
        let (position, run) = send(&keyed, client, tokens).await?;
        self.in_doubt = false;
        if again {
            self.sent_again += 1;
            self.had_taken_effect += u64::from(position <= self.head);
        }
        self.advance(keyed, position, run)
    }

    fn advance(&mut self, keyed: Keyed, position: u64, run: Run) -> Result<()> {
        let (ended, id) = (run.completed(), run.id.clone());
        let key = format!("{}/next", keyed.key);
        self.next = run.next().map(|command| Keyed { command, key });
        self.journal.push((keyed, position));
        match (&self.next, ended) {
            (None, true) => self.runs += 1,
            (Some(_), false) => {}
            _ => bail!("the run {id} has not ended and waits for nobody, or the other way round"),
        }
        Ok(())
    }
}

async fn repeat(
    Keyed { command, key }: &Keyed,
    position: u64,
    client: &mut Client,
    tokens: &Tokens,
) -> Result<()> {
    let again = command.send(client, tokens, Some(key)).await?;
    ensure!(
        again.position == position,
        "{command:?} was acknowledged at {position}, and after the restart at {}",
        again.position
    );
    Ok(())
}

/// Sends until the run comes with the acknowledgement.
async fn send(keyed: &Keyed, client: &mut Client, tokens: &Tokens) -> Result<(u64, Run)> {
    for _ in 0..BEHIND_ATTEMPTS {
        let sent = keyed.command.send(client, tokens, Some(&keyed.key)).await;
        let sent = sent.with_context(|| format!("under the key {}", keyed.key))?;
        if let Acknowledged { position, run: Some(run) } = sent {
            return Ok((position, run));
        }
    }
    bail!("the read models stay behind {:?}", keyed.command)
}

fn start(writer: u64, run: u64) -> Keyed {
    // Room for a million runs of each writer.
    let number = writer * 1_000_000 + run;
    Keyed { command: Command::Start(number), key: format!("run-{number}") }
}

/// An answer that takes too long is none.
fn late(_: tokio::time::error::Elapsed) -> AskError {
    AskError::Unanswered(io::ErrorKind::TimedOut.into())
}

/// Whether an error says that something is away, and not that an answer is wrong.
fn passes(error: &anyhow::Error) -> bool {
    matches!(asked(error), Some(AskError::Unanswered(_) | AskError::Unavailable { .. }))
}

fn unanswered(error: &anyhow::Error) -> bool {
    matches!(asked(error), Some(AskError::Unanswered(_)))
}

fn asked(error: &anyhow::Error) -> Option<&AskError> {
    match error.downcast_ref() {
        Some(CommandError::Ask(error)) => Some(error),
        _ => error.downcast_ref(),
    }
}
