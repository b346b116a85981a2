//! The oracle: the server on what the disk has left.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::recording::{Recording, exported};
use crate::command::Command;
use crate::graphql::Client;
use crate::organization::Tokens;
use crate::server::{Binary, Server};
use crate::settle::settle;
use crate::store::Store;
use crate::verify::verify;

/// A run that nobody has started yet.
const FRESH: u64 = u64::MAX >> 12;

impl Recording {
    /// Checks what is left in `store` of what was acknowledged before `moment`: each command once, in order, with its
    /// events; nothing that never was; keys that answer as they did; read models that catch up; a server that goes on.
    /// Answers after what time that was ready.
    ///
    /// # Errors
    /// When anything of this does not hold.
    pub(super) async fn is_found_in(
        &self,
        store: &Store,
        binary: &Binary,
        moment: usize,
    ) -> Result<Duration> {
        let acknowledged = self.acknowledged_before(moment);
        if acknowledged == 0 {
            // Nobody has been promised anything but a server that starts.
            let (server, ready_after) = serve(binary, store).await?;
            server.stop().await?;
            let log = exported(binary, store).await?;
            self.has_log(&log, 0)?;
            verify(binary, store, log.len() as u64).await?;
            return Ok(ready_after);
        }
        let log = exported(binary, store).await?;
        self.has_log(&log, acknowledged)?;
        let (server, ready_after) = serve(binary, store).await?;
        let head = self.goes_on(&server, log.len() as u64).await?;
        server.stop().await?;
        verify(binary, store, head).await?;
        Ok(ready_after)
    }

    /// Whether `log` is a beginning of the one that was recorded, and has all up to `acknowledged`.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn has_log(&self, log: &[String], acknowledged: u64) -> Result<()> {
        let length = log.len() as u64;
        ensure!(
            length >= acknowledged,
            "the log ends at {length}, and {acknowledged} was acknowledged"
        );
        let differs = log.iter().zip(&self.log).position(|(left, was)| left != was);
        ensure!(
            differs.is_none() && log.len() <= self.log.len(),
            "it has what never was: {differs:?}"
        );
        Ok(())
    }

    async fn goes_on(&self, server: &Server, head: u64) -> Result<u64> {
        let address = server.address();
        let tokens = Tokens::again(address).await.context("logging in")?;
        settle(address, &tokens).await?;
        let mut client = Client::open(address).await?;
        for writer in &self.writers {
            writer.repeat_up_to(head, &mut client, &tokens).await?;
        }
        let fresh = Command::Start(FRESH).send(&mut client, &tokens, Some("fresh")).await?;
        let end = settle(address, &tokens).await?;
        ensure!(fresh.position > head && fresh.position <= end, "a new command at {fresh:?}");
        Ok(end)
    }
}

async fn serve(binary: &Binary, store: &Store) -> Result<(Server, Duration)> {
    let began = Instant::now();
    let server = binary.serve(store).await?;
    Ok((server, began.elapsed()))
}
