//! The rounds: serve, write, kill, look, send again.

use std::fmt;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::writer::{Until, Writer};
use super::{agree, count};
use crate::organization::Tokens;
use crate::server::{Binary, Server};
use crate::settle::settle;
use crate::store::Store;
use crate::verify::verify;

/// The server is killed once each writer has had this many commands acknowledged on the average, at most:
/// early enough to hit caches that are cold, late enough to hit full batches.
const COMMANDS_PER_WRITER: u64 = 8;

/// Then a little later, in microseconds, so that death comes at any point of a batch.
const LATER_US: std::ops::Range<u64> = 0..20_000;

/// What to do to a server.
#[derive(Debug, Clone, Copy)]
pub struct Crash {
    /// How often it is killed.
    pub rounds: u32,
    /// Writers at the same time.
    pub writers: u64,
    /// What the moments follow from, so that a failure can be tried again.
    pub seed: u64,
}

/// What it survived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Survived {
    /// Commands that took effect, each exactly once.
    pub commands: u64,
    /// Those among them that were sent again, for no answer had come.
    pub sent_again: u64,
    /// Those among these that had taken effect before the server died.
    pub had_taken_effect: u64,
    /// Runs that were taken to their ends.
    pub runs: u64,
}

impl Crash {
    /// Does it, on a fresh store; `report` is told how each round went.
    ///
    /// # Errors
    /// When anything acknowledged is lost, took effect twice, or does not agree.
    pub async fn survive(
        self,
        binary: &Binary,
        store: &Store,
        report: impl Fn(u32, u64),
    ) -> Result<Survived> {
        let mut moments = StdRng::seed_from_u64(self.seed);
        let mut server = binary.serve(store).await?;
        let tokens = Tokens::found(server.address()).await?;
        let mut writers: Vec<Writer> = (0..self.writers).map(Writer::new).collect();
        for round in 1..=self.rounds {
            let moment = self.moment(&mut moments);
            writers = kill_under(server, writers, &tokens, moment).await?;
            server = binary.serve(store).await.context("starting again after kill -9")?;
            let head = settle(server.address(), &tokens).await?;
            for writer in &mut writers {
                writer.restarted(head);
            }
            agree::running(server.address(), &tokens).await?;
            report(round, writers.iter().map(Writer::acknowledged).sum());
        }
        let uncounted = Arc::new(Semaphore::new(0));
        let until = Until::RunEnds;
        let writers = all(writers, server.address(), &tokens, until, &uncounted).await?;
        let survived = Survived::of(&writers);
        confirm(binary, store, server, &tokens, survived).await?;
        Ok(survived)
    }

    fn moment(self, random: &mut StdRng) -> Moment {
        Moment {
            commands: random.random_range(1..=self.writers * COMMANDS_PER_WRITER),
            later: Duration::from_micros(random.random_range(LATER_US)),
        }
    }
}

/// When the server dies: after this many acknowledgements, and then so much later.
#[derive(Debug, Clone, Copy)]
struct Moment {
    commands: u64,
    later: Duration,
}

impl Moment {
    async fn comes(self, acknowledged: &Semaphore) -> Result<()> {
        let _counted = acknowledged.acquire_many(u32::try_from(self.commands)?).await?;
        tokio::time::sleep(self.later).await;
        Ok(())
    }
}

impl Survived {
    fn of(writers: &[Writer]) -> Self {
        Self {
            commands: writers.iter().map(Writer::acknowledged).sum(),
            sent_again: writers.iter().map(Writer::sent_again).sum(),
            had_taken_effect: writers.iter().map(Writer::had_taken_effect).sum(),
            runs: writers.iter().map(Writer::runs).sum(),
        }
    }
}

impl fmt::Display for Survived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commands, sent_again, had_taken_effect, runs } = self;
        write!(
            f,
            "{runs} runs, {commands} commands, each took effect exactly once; {sent_again} were \
             unanswered and sent again, of which {had_taken_effect} had taken effect before"
        )
    }
}

/// Lets the writers write, kills the server at its moment, and gathers the writers.
async fn kill_under(
    server: Server,
    writers: Vec<Writer>,
    tokens: &Tokens,
    moment: Moment,
) -> Result<Vec<Writer>> {
    // Each acknowledgement adds a permit, so that the killer can wait for as many as it wants.
    let acknowledged = Arc::new(Semaphore::new(0));
    let writing = all(writers, server.address(), tokens, Until::NoAnswer, &acknowledged);
    let mut writing = pin!(writing);
    tokio::select! {
        writers = &mut writing => {
            writers?;
            bail!("the server stopped answering before it was killed");
        }
        came = moment.comes(&acknowledged) => came?,
    }
    server.kill().await?;
    writing.await
}

async fn all(
    writers: Vec<Writer>,
    address: SocketAddr,
    tokens: &Tokens,
    until: Until,
    acknowledged: &Arc<Semaphore>,
) -> Result<Vec<Writer>> {
    let mut tasks = JoinSet::new();
    for writer in writers {
        let (tokens, acknowledged) = (tokens.clone(), Arc::clone(acknowledged));
        tasks.spawn(writer.write(address, tokens, until, acknowledged));
    }
    let mut back = Vec::new();
    while let Some(writer) = tasks.join_next().await {
        back.push(writer??);
    }
    Ok(back)
}

async fn confirm(
    binary: &Binary,
    store: &Store,
    server: Server,
    tokens: &Tokens,
    survived: Survived,
) -> Result<()> {
    let head = settle(server.address(), tokens).await?;
    agree::ended(server.address(), tokens, survived.runs).await?;
    server.stop().await?;
    count::events(binary, store, survived.runs).await?;
    verify(binary, store, head).await
}
