//! Running the check.

use std::net::SocketAddr;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use private_postgres::PrivateServer;

use super::trace::{Call, Event, events};
use super::tracer::Tracer;
use crate::command::Command;
use crate::graphql::Client;
use crate::organization::Tokens;
use crate::server::Binary;
use crate::settle::settle;
use crate::store::{Kind, Store};

/// The check: this many mutations, one after another.
#[derive(Debug, Clone, Copy)]
pub struct SyncCheck {
    /// Mutations.
    pub mutations: usize,
}

/// What it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synced {
    /// Answers to mutations, each after a sync of its own.
    pub answers: usize,
    /// Syncs of the log meanwhile.
    pub syncs: usize,
}

impl SyncCheck {
    /// Does it on a fresh store of `kind`, with a private server where that is PostgreSQL: a tracer needs
    /// its processes on this machine.
    ///
    /// # Errors
    /// When an answer went out without a sync of the log since the one before it.
    pub async fn run(self, binary: &Binary, kind: Kind) -> Result<Synced> {
        let (postgres, store) = match kind {
            Kind::Sqlite => (None, Store::sqlite()?),
            Kind::Postgres => {
                let postgres = PrivateServer::start().context("starting PostgreSQL")?;
                let store = Store::postgres(&postgres.url()).await?;
                (Some(postgres), store)
            }
        };
        let server = binary.serve(&store).await?;
        let tokens = Tokens::found(server.address()).await?;
        settle(server.address(), &tokens).await?;
        let mut watched = vec![server.id().context("the server has ended")?];
        watched.extend(postgres.as_ref().map(PrivateServer::process_id).transpose()?);
        let tracer = Tracer::attach(&watched, store.directory()).await?;
        let began_us = now_us()?;
        self.mutate(server.address(), &tokens).await?;
        let ended_us = now_us()?;
        let seen = events(&tracer.finish().await?);
        server.stop().await?;
        store.remove().await?;
        let seen = seen.into_iter().filter(|event| (began_us..=ended_us).contains(&event.at_us));
        self.judge(seen.collect())
    }

    async fn mutate(self, address: SocketAddr, tokens: &Tokens) -> Result<()> {
        let mut client = Client::open(address).await.context("connecting to the server")?;
        let mut next = None;
        for number in 0..self.mutations {
            let command = next.unwrap_or(Command::Start(u64::try_from(number)?));
            let acknowledged = command.send(&mut client, tokens, None).await?;
            next = acknowledged.run.context("the read models are behind")?.next();
        }
        Ok(())
    }

    fn judge(self, mut seen: Vec<Event>) -> Result<Synced> {
        seen.sort_by_key(|event| event.at_us);
        let answers = seen.iter().filter(|event| event.call == Call::Answered).count();
        ensure!(
            answers == self.mutations,
            "{answers} answers in the trace, for {} mutations",
            self.mutations
        );
        let mut since_answer = 0;
        for event in &seen {
            since_answer = match event.call {
                Call::LogSynced => since_answer + 1,
                Call::Answered => {
                    ensure!(since_answer > 0, "an answer at {} µs before a sync", event.at_us);
                    0
                }
            };
        }
        Ok(Synced { answers, syncs: seen.len() - answers })
    }
}

#[expect(clippy::disallowed_methods, reason = "a tracer tells the machine's own time")]
fn now_us() -> Result<u64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_micros())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(calls: &[Call]) -> Vec<Event> {
        calls.iter().zip(1..).map(|(call, at_us)| Event { at_us, call: *call }).collect()
    }

    #[test]
    fn every_answer_after_a_sync_of_its_own_is_good() {
        let calls =
            [Call::LogSynced, Call::LogSynced, Call::Answered, Call::LogSynced, Call::Answered];
        let found = SyncCheck { mutations: 2 }.judge(seen(&calls)).expect("synced");
        assert_eq!(found, Synced { answers: 2, syncs: 3 });
    }

    #[test]
    fn an_answer_before_its_sync_is_found() {
        let calls = [Call::LogSynced, Call::Answered, Call::Answered, Call::LogSynced];
        assert!(SyncCheck { mutations: 2 }.judge(seen(&calls)).is_err());
    }

    #[test]
    fn answers_that_the_trace_does_not_have_are_missed() {
        assert!(SyncCheck { mutations: 1 }.judge(seen(&[Call::LogSynced])).is_err());
    }
}
