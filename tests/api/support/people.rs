//! People of an organization, and what they do every day.

use serde_json::{Value, json};

use super::{Client, Node, Server, eventually};

/// A person with a session.
#[derive(Clone)]
pub struct Person {
    pub client: Client,
    /// The address that this person logs in with.
    pub email: String,
    /// The member's id.
    pub member: String,
}

/// Twelve characters and more, as every password must be.
pub const PASSWORD: &str = "correct horse battery staple";

impl Person {
    /// Registers an owner with a new organization.
    pub async fn owner(anonymous: &Client, name: &str) -> Self {
        let email = address(name);
        let input = json!({
            "email": email, "password": PASSWORD, "name": name, "organizationName": format!("{name}'s"),
        });
        let registered = anonymous.run("register", "session { accessToken }", input).await;
        Self::signed_in(anonymous, email, &registered["session"]).await
    }

    /// Has this person add a member, who logs in.
    pub async fn add(&self, name: &str, roles: &[&str]) -> Self {
        let email = address(name);
        let input = json!({ "email": email, "name": name, "password": PASSWORD, "roles": roles });
        self.client.run("createMember", "member { id }", input).await;
        Self::log_in(&self.client, email).await
    }

    /// The same person with a new session, after a restart or after the clock has moved beyond the old one.
    pub async fn back(&self, server: &Server) -> Self {
        Self::log_in(&server.anonymous, self.email.clone()).await
    }

    async fn log_in(client: &Client, email: String) -> Self {
        let input = json!({ "email": email, "password": PASSWORD });
        let login = client.run("login", "session { accessToken }", input).await;
        Self::signed_in(client, email, &login["session"]).await
    }

    async fn signed_in(client: &Client, email: String, session: &Value) -> Self {
        let client = client.bearing(session["accessToken"].as_str().expect("an access token"));
        let viewer = client.ask("{ viewer { member { id } } }", json!({})).await;
        let member = viewer["viewer"]["member"]["id"].as_str().expect("a member").to_owned();
        Self { client, email, member }
    }

    /// The same person, with the same session, at another node.
    pub fn at(&self, node: &Node) -> Self {
        let client = Client { url: node.anonymous.url.clone(), ..self.client.clone() };
        Self { client, ..self.clone() }
    }

    /// The tasks in this person's inbox.
    pub async fn inbox(&self) -> Vec<Value> {
        let query = "{ taskInbox { nodes { id title stepKey status run { id } } } }";
        let data = self.client.ask(query, json!({})).await;
        data["taskInbox"]["nodes"].as_array().expect("a list").clone()
    }

    /// The approvals that wait for this person's vote.
    pub async fn votes(&self) -> Vec<Value> {
        let query = "{ approvalInbox { nodes { id title stepKey status run { id } } } }";
        let data = self.client.ask(query, json!({})).await;
        data["approvalInbox"]["nodes"].as_array().expect("a list").clone()
    }

    /// Completes the one task in the inbox that the step `key` of `run` raised.
    pub async fn complete(
        &self,
        run: &str,
        key: &str,
        outcome: Option<&str>,
        data: Value,
    ) -> Value {
        let task = of_step(&self.inbox().await, run, key);
        let input = json!({ "id": task, "outcome": outcome, "data": data });
        self.client.run("completeTask", "task { id status run { status outcome } }", input).await
    }

    /// Decides the one approval that the step `key` of `run` raised.
    pub async fn decide(&self, run: &str, key: &str, decision: &str) -> Value {
        let approval = of_step(&self.votes().await, run, key);
        let input = json!({ "id": approval, "decision": decision, "comment": "seen" });
        let select = "approval { id status outcome run { status outcome } }";
        self.client.run("decideApproval", select, input).await
    }

    /// The id of the one task in the inbox that the step `key` of `run` raised.
    pub async fn task_of(&self, run: &str, key: &str) -> String {
        of_step(&self.inbox().await, run, key)
    }

    /// Waits until the step `key` of `run` has raised a task in the inbox.
    pub async fn waits_for(&self, run: &str, key: &str) {
        let raised = |task: &Value| task["run"]["id"] == run && task["stepKey"] == key;
        eventually(key, async || self.inbox().await.iter().any(raised).then_some(())).await;
    }

    /// The id of the one approval waiting for this person's vote that the step `key` of `run` raised.
    pub async fn vote_of(&self, run: &str, key: &str) -> String {
        of_step(&self.votes().await, run, key)
    }

    /// Votes, and answers the payload with whatever user errors it holds.
    pub async fn cast(&self, approval: &str, decision: &str, comment: Option<&str>) -> Value {
        let input = json!({ "id": approval, "decision": decision, "comment": comment });
        self.client.try_run("decideApproval", "approval { id }", input).await
    }

    /// The keys of the steps of `run` that are active.
    pub async fn active_steps(&self, run: &str) -> Vec<String> {
        let query = "query($id: ID!) { run(id: $id) { activeSteps { key } } }";
        let data = self.client.ask(query, json!({ "id": run })).await;
        let steps = data["run"]["activeSteps"].as_array().expect("a list").clone();
        steps.iter().map(|step| step["key"].as_str().expect("a key").to_owned()).collect()
    }

    /// The types of the events about `run` and its work, in the order of the log.
    pub async fn trail(&self, run: &str) -> Vec<String> {
        let query = "query($id: ID!) { run(id: $id) { history(first: 100) { nodes { type } } } }";
        let data = self.client.ask(query, json!({ "id": run })).await;
        let nodes = data["run"]["history"]["nodes"].as_array().expect("a list").clone();
        nodes.iter().map(|event| event["type"].as_str().expect("a type").to_owned()).collect()
    }

    /// Starts a run and answers its id.
    pub async fn start(&self, code: &str, variables: Value) -> String {
        let input = json!({
            "workflowCode": code, "variables": variables,
            "subject": { "entityType": "equipment", "entityId": "123" },
        });
        let started = self.client.run("startRun", "run { id status }", input).await;
        started["run"]["id"].as_str().expect("a run").to_owned()
    }

    /// A run's status and outcome.
    pub async fn state_of(&self, run: &str) -> (String, Value) {
        let query = "query($id: ID!) { run(id: $id) { status outcome } }";
        let data = self.client.ask(query, json!({ "id": run })).await;
        let status = data["run"]["status"].as_str().expect("a status").to_owned();
        (status, data["run"]["outcome"].clone())
    }
}

/// Creates and publishes a definition of `examples/`, and answers the workflow's id.
pub async fn publish(by: &Person, example: &str) -> String {
    let path = format!("{}/examples/{example}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let definition: Value = serde_json::from_str(&text).expect("JSON");
    let input = json!({ "definition": definition });
    let created = by.client.run("createWorkflow", "workflow { id status }", input).await;
    let id = created["workflow"]["id"].as_str().expect("a workflow").to_owned();
    by.client.run("publishWorkflow", "workflow { status } version", json!({ "id": id })).await;
    id
}

/// The code of the payload's first user error.
pub fn refusal_of(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or_else(|| panic!("done: {payload:#}"))
}

fn of_step(inbox: &[Value], run: &str, key: &str) -> String {
    let found: Vec<&Value> =
        inbox.iter().filter(|work| work["run"]["id"] == run && work["stepKey"] == key).collect();
    assert_eq!(found.len(), 1, "one {key} of {run} in the inbox: {inbox:#?}");
    found[0]["id"].as_str().expect("an id").to_owned()
}

fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}
