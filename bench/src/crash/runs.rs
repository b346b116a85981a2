//! Reading runs with their tasks and approvals, a page at a time.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::graphql::Client;
use crate::organization::Tokens;

/// Runs for each page: what they cost stays below the server's limit.
const PAGE: u32 = 25;

const RUNS: &str = include_str!("../../runs.graphql");

/// A run as the API tells it.
#[derive(Debug, Deserialize)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) outcome: Option<String>,
    pub(super) subject: Subject,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subject {
    pub(super) entity_id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Step {
    pub(super) key: String,
    pub(super) status: String,
    pub(super) task: Option<Task>,
    pub(super) approval: Option<Approval>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Task {
    pub(super) status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Approval {
    pub(super) status: String,
    pub(super) outcome: Option<String>,
    pub(super) votes: Vec<Vote>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Vote {
    pub(super) decision: String,
}

#[derive(Deserialize)]
struct Data {
    runs: Connection,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    nodes: Vec<Run>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// Every run that `filter` lets through.
pub(super) async fn read(address: SocketAddr, tokens: &Tokens, filter: Value) -> Result<Vec<Run>> {
    let mut client = Client::open(address).await.context("connecting to the server")?;
    let (mut runs, mut after) = (Vec::new(), None);
    loop {
        let variables = json!({ "first": PAGE, "after": after, "filter": filter });
        let Data { runs: page } = client.ask(Some(&tokens.owner), RUNS, variables).await?;
        runs.extend(page.nodes);
        if !page.page_info.has_next_page {
            return Ok(runs);
        }
        after = page.page_info.end_cursor;
    }
}
