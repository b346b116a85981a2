//! Waiting until every read model has all that the log holds.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::graphql::Client;
use crate::organization::Tokens;

/// How long the read models may stand still before that is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often to look. Each look costs the server a query.
const INTERVAL: Duration = Duration::from_millis(5);

const SYSTEM: &str = include_str!("../system.graphql");

#[derive(Deserialize)]
struct Data {
    system: System,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct System {
    head: String,
    projections: Vec<Projection>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Projection {
    name: String,
    position: String,
}

/// Waits until every projection's position is the head, and answers the head.
///
/// # Errors
/// When nothing moves any more and some projection is still behind; the message says which.
pub async fn settle(address: SocketAddr, tokens: &Tokens) -> Result<u64> {
    let mut client = Client::open(address).await.context("connecting to the server")?;
    let mut last = None;
    let mut moved = Instant::now();
    loop {
        let Data { system } = client.ask(Some(&tokens.owner), SYSTEM, json!({})).await?;
        let behind = system.behind();
        if behind.is_empty() && !system.projections.is_empty() {
            return system.head.parse().context("reading the head's position");
        }
        if moved.elapsed() > PATIENCE {
            bail!("behind the head {}: {}", system.head, behind.join(", "));
        }
        if last.as_ref() != Some(&system) {
            (last, moved) = (Some(system), Instant::now());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

impl System {
    fn behind(&self) -> Vec<String> {
        let behind = self.projections.iter().filter(|projection| projection.position != self.head);
        behind.map(|projection| format!("{} ({})", projection.name, projection.position)).collect()
    }
}
