//! The scenario `approval_run`: many clients, each taking one run after another from start to end.
//!
//! A client starts a run, completes its first task, approves, and completes its last task. What to do
//! next it learns from the run in the payload of what it did before, so every command has been seen
//! by the read models before the next one is sent.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::json;
use tokio::task::JoinSet;

use crate::command::Command;
use crate::graphql::Client;
use crate::organization::Tokens;
use crate::settle::settle;

/// Commands from a run's start to its end.
pub const COMMANDS_PER_RUN: u64 = 4;

/// Latencies are kept to three digits, in microseconds.
const DIGITS: u8 = 3;

const COMPLETED_RUNS: &str = include_str!("../completed_runs.graphql");

/// How much to do.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Clients at the same time, each with a connection.
    pub clients: u64,
    /// Runs that each takes to their ends.
    pub runs_per_client: u64,
}

/// What came of it.
#[derive(Debug)]
pub struct Measured {
    /// Commands that were acknowledged.
    pub commands: u64,
    /// From the first request until every projection was at the head.
    pub elapsed: Duration,
    /// From the request to its answer, in microseconds.
    pub latencies_us: Histogram<u64>,
    /// The head, which every projection had reached.
    pub head: u64,
}

impl Load {
    /// The commands of all clients.
    pub fn commands(self) -> u64 {
        self.clients * self.runs_per_client * COMMANDS_PER_RUN
    }

    /// Does it all, and waits until every projection is at the head.
    ///
    /// # Errors
    /// At the first command that is not acknowledged.
    pub async fn apply(
        self,
        address: SocketAddr,
        tokens: &Tokens,
        progress: &ProgressBar,
    ) -> Result<Measured> {
        let began = Instant::now();
        let mut clients = JoinSet::new();
        for number in 0..self.clients {
            let one = OneClient::new(address, tokens.clone(), progress.clone())?;
            clients.spawn(one.take_runs(number * self.runs_per_client, self.runs_per_client));
        }
        let mut latencies_us = Histogram::new(DIGITS)?;
        while let Some(client) = clients.join_next().await {
            latencies_us.add(client??)?;
        }
        let head = settle(address, tokens).await?;
        Ok(Measured { commands: latencies_us.len(), elapsed: began.elapsed(), latencies_us, head })
    }
}

/// One client's state.
struct OneClient {
    address: SocketAddr,
    tokens: Tokens,
    latencies_us: Histogram<u64>,
    progress: ProgressBar,
}

impl OneClient {
    fn new(address: SocketAddr, tokens: Tokens, progress: ProgressBar) -> Result<Self> {
        Ok(Self { address, tokens, latencies_us: Histogram::new(DIGITS)?, progress })
    }

    async fn take_runs(mut self, first: u64, runs: u64) -> Result<Histogram<u64>> {
        let mut client = Client::open(self.address).await.context("connecting to the server")?;
        for number in first..first + runs {
            self.take_run(&mut client, number).await?;
            self.progress.inc(COMMANDS_PER_RUN);
        }
        Ok(self.latencies_us)
    }

    async fn take_run(&mut self, client: &mut Client, number: u64) -> Result<()> {
        let mut next = Some(Command::Start(number));
        let mut sent = 0;
        while let Some(command) = next {
            let began = Instant::now();
            let acknowledged = command.send(client, &self.tokens, None).await?;
            self.latencies_us.record(u64::try_from(began.elapsed().as_micros())?)?;
            sent += 1;
            let run = acknowledged.run.with_context(|| {
                format!("the read models had not seen {command:?} when it was answered")
            })?;
            if !run.completed() && run.active_steps.is_empty() {
                bail!("the run {} is {} and waits for nobody", run.id, run.status);
            }
            next = run.next();
        }
        ensure!(sent == COMMANDS_PER_RUN, "a run ended after {sent} commands");
        Ok(())
    }
}

#[derive(Deserialize)]
struct Data {
    runs: Runs,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Runs {
    total_count: u64,
}

/// How many runs the API says are completed.
///
/// # Errors
/// When no answer comes, or an error.
pub async fn completed_runs(address: SocketAddr, tokens: &Tokens) -> Result<u64> {
    let mut client = Client::open(address).await.context("connecting to the server")?;
    let data: Data = client.ask(Some(&tokens.owner), COMPLETED_RUNS, json!({})).await?;
    Ok(data.runs.total_count)
}
