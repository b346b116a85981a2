//! The rounds: serve, write, kill, look, send again.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use super::writer::{Until, Writer};
use super::{agree, count};
use crate::organization::Tokens;
use crate::server::{Binary, Server};
use crate::settle::settle;
use crate::store::Store;
use crate::verify::verify;

/// The server is killed between these moments after the writers begin, in milliseconds: early enough
/// to hit caches that are cold, late enough to hit full batches.
const KILLED_AFTER_MS: std::ops::Range<u64> = 50..1_500;

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
            let after = Duration::from_millis(moments.random_range(KILLED_AFTER_MS));
            writers = kill_under(server, writers, &tokens, after).await?;
            server = binary.serve(store).await.context("starting again after kill -9")?;
            let head = settle(server.address(), &tokens).await?;
            for writer in &mut writers {
                writer.restarted(head);
            }
            agree::running(server.address(), &tokens).await?;
            report(round, writers.iter().map(Writer::acknowledged).sum());
        }
        let writers = all(writers, server.address(), &tokens, Until::RunEnds).await?;
        let survived = Survived::of(&writers);
        confirm(binary, store, server, &tokens, survived).await?;
        Ok(survived)
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

/// Lets the writers write, kills the server after a while, and gathers the writers.
async fn kill_under(
    server: Server,
    writers: Vec<Writer>,
    tokens: &Tokens,
    after: Duration,
) -> Result<Vec<Writer>> {
    let address = server.address();
    let killed = async {
        tokio::time::sleep(after).await;
        server.kill().await
    };
    let (writers, killed) = tokio::join!(all(writers, address, tokens, Until::NoAnswer), killed);
    killed?;
    writers
}

async fn all(
    writers: Vec<Writer>,
    address: SocketAddr,
    tokens: &Tokens,
    until: Until,
) -> Result<Vec<Writer>> {
    let mut tasks = JoinSet::new();
    for writer in writers {
        tasks.spawn(writer.write(address, tokens.clone(), until));
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
