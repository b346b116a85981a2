//! An organization to work in: its people and its published workflow, made through the API.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::graphql::{Client, Input, UserError};

/// The code of the workflow in `approval-run.json`.
pub const WORKFLOW_CODE: &str = "BENCH_PURCHASE";

const WORKFLOW: &str = include_str!("../approval-run.json");
const REGISTER: &str = include_str!("../register.graphql");
const LOGIN: &str = include_str!("../login.graphql");
const CREATE_MEMBER: &str = include_str!("../create_member.graphql");
const CREATE_WORKFLOW: &str = include_str!("../create_workflow.graphql");
const PUBLISH_WORKFLOW: &str = include_str!("../publish_workflow.graphql");

const PASSWORD: &str = "a password of the benchmark";

/// Access tokens of the people who take part in a run.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Of the organization's owner.
    pub owner: String,
    /// Of whoever starts runs and describes what to buy.
    pub clerk: String,
    /// Of whoever approves.
    pub head: String,
    /// Of whoever orders.
    pub buyer: String,
}

#[derive(Deserialize)]
struct Data {
    #[serde(
        alias = "register",
        alias = "login",
        alias = "createMember",
        alias = "createWorkflow",
        alias = "publishWorkflow"
    )]
    payload: Option<Payload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    session: Option<Session>,
    workflow: Option<crate::command::Reference>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    access_token: String,
}

impl Tokens {
    /// Registers an owner, adds a clerk, a head and a buyer, and publishes the workflow.
    ///
    /// # Errors
    /// When the server refuses any of it.
    pub async fn found(address: SocketAddr) -> Result<Self> {
        let mut client = Client::open(address).await.context("connecting to the server")?;
        let owner = register(&mut client).await.context("registering the owner")?;
        publish(&mut client, &owner).await.context("publishing the workflow")?;
        let clerk = add(&mut client, &owner, "clerk").await?;
        let head = add(&mut client, &owner, "head").await?;
        let buyer = add(&mut client, &owner, "buyer").await?;
        Ok(Self { owner, clerk, head, buyer })
    }

    /// Logs the same people in again.
    ///
    /// # Errors
    /// When the server refuses any of them.
    pub async fn again(address: SocketAddr) -> Result<Self> {
        let mut client = Client::open(address).await.context("connecting to the server")?;
        Ok(Self {
            owner: login(&mut client, "owner").await?,
            clerk: login(&mut client, "clerk").await?,
            head: login(&mut client, "head").await?,
            buyer: login(&mut client, "buyer").await?,
        })
    }
}

async fn register(client: &mut Client) -> Result<String> {
    let input = json!({
        "email": email("owner"), "password": PASSWORD, "name": "owner",
        "organizationName": "Benchmark",
    });
    token(mutate(client, None, REGISTER, input).await?)
}

async fn publish(client: &mut Client, owner: &str) -> Result<()> {
    let definition: Value = serde_json::from_str(WORKFLOW)?;
    let input = json!({ "definition": definition });
    let created = mutate(client, Some(owner), CREATE_WORKFLOW, input).await?;
    let workflow = created.workflow.context("no workflow came back")?;
    mutate(client, Some(owner), PUBLISH_WORKFLOW, json!({ "id": workflow.id })).await?;
    Ok(())
}

async fn add(client: &mut Client, owner: &str, role: &str) -> Result<String> {
    let input = json!({
        "email": email(role), "password": PASSWORD, "name": role, "roles": ["member", role],
    });
    let added = mutate(client, Some(owner), CREATE_MEMBER, input).await;
    added.with_context(|| format!("adding the {role}"))?;
    login(client, role).await
}

async fn login(client: &mut Client, name: &str) -> Result<String> {
    let input = json!({ "email": email(name), "password": PASSWORD });
    let session = mutate(client, None, LOGIN, input).await;
    token(session.with_context(|| format!("logging the {name} in"))?)
}

fn token(payload: Payload) -> Result<String> {
    Ok(payload.session.context("no session came back")?.access_token)
}

async fn mutate(
    client: &mut Client,
    bearer: Option<&str>,
    document: &str,
    input: Value,
) -> Result<Payload> {
    let data: Data = client.ask(bearer, document, Input { input }).await?;
    let payload = data.payload.context("no payload came back")?;
    if !payload.user_errors.is_empty() {
        bail!("refused: {:?}", payload.user_errors);
    }
    Ok(payload)
}

fn email(name: &str) -> String {
    format!("{name}@bench.example")
}
