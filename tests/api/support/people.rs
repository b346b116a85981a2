//! People of an organization, and what they do every day.

use serde_json::{Value, json};

use super::Client;

/// A person with a session.
#[derive(Clone)]
pub struct Person {
    pub client: Client,
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
        Self::signed_in(anonymous, &registered["session"]).await
    }

    /// Has this person add a member, who logs in.
    pub async fn add(&self, name: &str, roles: &[&str]) -> Self {
        let email = address(name);
        let input = json!({ "email": email, "name": name, "password": PASSWORD, "roles": roles });
        self.client.run("createMember", "member { id }", input).await;
        let input = json!({ "email": email, "password": PASSWORD });
        let login = self.client.run("login", "session { accessToken }", input).await;
        Self::signed_in(&self.client, &login["session"]).await
    }

    async fn signed_in(client: &Client, session: &Value) -> Self {
        let client = client.bearing(session["accessToken"].as_str().expect("an access token"));
        let viewer = client.ask("{ viewer { member { id } } }", json!({})).await;
        let member = viewer["viewer"]["member"]["id"].as_str().expect("a member").to_owned();
        Self { client, member }
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

fn of_step(inbox: &[Value], run: &str, key: &str) -> String {
    let found: Vec<&Value> =
        inbox.iter().filter(|work| work["run"]["id"] == run && work["stepKey"] == key).collect();
    assert_eq!(found.len(), 1, "one {key} of {run} in the inbox: {inbox:#?}");
    found[0]["id"].as_str().expect("an id").to_owned()
}

fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace(' ', "."))
}
