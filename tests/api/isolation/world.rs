//! An organization that has one of everything.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::{Value, json};

use crate::schema::Samples;
use crate::support::{Client, PASSWORD, Person, Server, eventually};

/// What ids begin with.
const PREFIXES: [&str; 12] =
    ["org", "usr", "mem", "team", "wf", "run", "stp", "task", "apr", "evt", "key", "ses"];
/// Characters of an id after its prefix and `_`.
const ID_CHARS: usize = 26;

/// An organization that has one of everything. Whatever it writes holds its name.
pub struct World {
    pub owner: Person,
    name: String,
    run: String,
    task: String,
    approval: String,
    team: String,
}

impl World {
    /// Founds it, and lets it work until some of its work is late.
    pub async fn found(server: &Server, name: &str) -> Self {
        let owner = Person::owner(&server.anonymous, &format!("{name} Owner")).await;
        let role = format!("{}_clerk", name.to_lowercase());
        let clerk = owner.add(&format!("{name} Clerk"), &[&role]).await;
        let roles = json!({ "memberId": owner.member, "roles": ["owner", &role] });
        owner.client.run("setMemberRoles", "member { id }", roles).await;
        let key = json!({ "name": format!("{name} key"), "scopes": ["run:read"] });
        owner.client.run("createApiKey", "apiKey { id }", key).await;
        let team = json!({ "name": format!("{name} team"), "memberIds": [clerk.member] });
        let team = owner.client.run("createTeam", "team { id }", team).await;
        let team = team["team"]["id"].as_str().expect("an id").to_owned();
        let run = start(&owner, name, &role).await;
        let task = create_task(&owner, name).await;
        let done = create_task(&clerk, name).await;
        let comment = json!({ "id": task, "text": format!("{name} remark") });
        clerk.client.run("commentTask", "task { id }", comment).await;
        let done = json!({ "id": done, "comment": format!("{name} comment") });
        clerk.client.run("completeTask", "task { id }", done).await;
        let approval = request_approval(&owner, name, &role).await;
        let vote =
            json!({ "id": approval, "decision": "APPROVE", "comment": format!("{name} yes") });
        clerk.client.run("decideApproval", "approval { id }", vote).await;
        server.clock.advance(Duration::minutes(2));
        let late = async || {
            let data = owner.client.ask("{ slaBreaches { totalCount } }", json!({})).await;
            (data["slaBreaches"]["totalCount"] == 2).then_some(())
        };
        eventually("the breaches", late).await;
        settled(&owner.client).await;
        Self { owner, name: name.to_owned(), run, task, approval, team }
    }

    /// Does something that changes each inbox, the run, and what the dashboard counts.
    pub async fn moves_on(&self) {
        let run = json!({ "id": self.run });
        let query = "query($id: ID!) { run(id: $id) { tasks { nodes { id } } } }";
        let told = self.owner.client.ask(query, run).await;
        let raised = json!({ "id": told["run"]["tasks"]["nodes"][0]["id"] });
        self.owner.client.run("claimTask", "position", raised).await;
        let task = json!({ "title": format!("{} more", self.name), "candidateRoles": ["owner"] });
        self.owner.client.run("createTask", "position", task).await;
        request_approval(&self.owner, &self.name, "owner").await;
        settled(&self.owner.client).await;
    }

    /// Whatever holds this is the organization's.
    pub fn mark(&self) -> String {
        self.name.to_lowercase()
    }

    /// Every id that the organization's trail names, and those of the requests that made it.
    pub async fn ids(&self) -> BTreeSet<String> {
        let query = "{ viewer { organization { id } } auditTrail(first: 100) {
            nodes { id subjectId correlationId actor { id } payload } pageInfo { hasNextPage } } }";
        let told = self.owner.client.ask(query, json!({})).await;
        assert_eq!(told["auditTrail"]["pageInfo"]["hasNextPage"], false, "one page shows all");
        let mut ids = BTreeSet::new();
        gather(&told, &mut ids);
        for event in told["auditTrail"]["nodes"].as_array().expect("a list") {
            ids.insert(event["correlationId"].as_str().expect("an id").to_owned());
        }
        ids
    }

    /// One id of each kind: what a stranger who had got hold of it could ask with.
    pub async fn references(&self) -> Vec<String> {
        let viewer = self.owner.client.ask("{ viewer { user { id } } }", json!({})).await;
        let user = viewer["viewer"]["user"]["id"].as_str().expect("an id");
        let mut chosen = [user, &self.owner.member, &self.run, &self.task, &self.approval]
            .map(str::to_owned)
            .to_vec();
        let all = self.ids().await;
        let kind = |id: &str| id.split_once('_').map_or("request", |(kind, _)| kind).to_owned();
        for id in &all {
            if !chosen.iter().any(|known| kind(known) == kind(id)) {
                chosen.push(id.clone());
            }
        }
        chosen
    }

    /// Texts that the organization wrote: one for every field that a list can be filtered by.
    pub fn texts(&self) -> Vec<String> {
        let name = &self.name;
        vec![
            format!("{}_FLOW", name.to_uppercase()),
            format!("{name} Owner"),
            self.owner.email.clone(),
            format!("{}_clerk", self.mark()),
            format!("{name} flow"),
            format!("{name} category"),
            format!("{name} task"),
            format!("{name} approval"),
            format!("{}_step", self.mark()),
            format!("{}_vote", self.mark()),
            format!("{}_kind", self.mark()),
            format!("{name} 7"),
            format!("{}_over", self.mark()),
        ]
    }

    /// What a member of the organization gives where a root field takes something else than what a test is
    /// about.
    pub fn samples(&self) -> Samples {
        Samples::default()
            .with("login", "email", self.owner.email.as_str())
            .with("login", "password", PASSWORD)
            .with("assignTask", "id", self.task.as_str())
            .with("runUpdated", "id", self.run.as_str())
            .with("setTeamMembers", "teamId", self.team.as_str())
    }
}

/// An id or a text of the same form that nobody ever had.
pub fn never(known: &str) -> String {
    let mut other = known.to_owned();
    let last = other.pop();
    other.push(if last == Some('0') { '1' } else { '0' });
    other
}

/// Waits until every read model shows the whole log.
pub async fn settled(client: &Client) {
    let caught_up = async || {
        let data = client.ask("{ system { projections { lag } } }", json!({})).await;
        let projections = data["system"]["projections"].as_array().expect("a list").clone();
        projections.iter().all(|found| found["lag"] == 0).then_some(())
    };
    eventually("the read models show the whole log", caught_up).await;
}

/// Every id in a JSON value.
fn gather(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let id = text
                .split_once('_')
                .filter(|(prefix, rest)| PREFIXES.contains(prefix) && rest.len() == ID_CHARS);
            found.extend(id.map(|_| text.clone()));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, found)),
        _ => {}
    }
}

async fn start(owner: &Person, name: &str, role: &str) -> String {
    let (mark, code) = (name.to_lowercase(), format!("{}_FLOW", name.to_uppercase()));
    let step = |key: &str| format!("{mark}_{key}");
    let definition = json!({
        "code": code, "name": format!("{name} flow"), "category": format!("{name} category"),
        "variables": { "type": "object", "properties": { "quick": { "type": "boolean" } },
                       "required": ["quick"] },
        "start": step("choose"),
        "steps": [
            { "key": step("choose"), "type": "decision", "name": format!("{name} choice"),
              "next": [{ "to": step("over"), "when": "vars.quick" }, { "to": step("both") }] },
            { "key": step("both"), "type": "decision", "name": format!("{name} both"), "split": "all",
              "next": [{ "to": step("step") }, { "to": step("vote") }] },
            { "key": step("step"), "type": "task", "name": format!("{name} task"),
              "assign": { "role": role }, "sla": { "due": "PT1M" }, "next": [{ "to": step("end") }] },
            { "key": step("vote"), "type": "approval", "name": format!("{name} approval"),
              "levels": [{ "approvers": [{ "role": role }] }], "sla": { "due": "PT1M" },
              "next": [{ "to": step("end") }] },
            { "key": step("over"), "type": "end", "outcome": format!("{mark}_over") },
            { "key": step("end"), "type": "end", "outcome": format!("{mark}_end") },
        ],
    });
    let created = json!({ "definition": definition });
    let created = owner.client.run("createWorkflow", "workflow { id }", created).await;
    let id = json!({ "id": created["workflow"]["id"] });
    owner.client.run("publishWorkflow", "version", id).await;
    let mut run = json!({
        "workflowCode": code, "variables": { "quick": true },
        "subject": { "entityType": format!("{mark}_kind"), "entityId": format!("{name} 7") },
    });
    owner.client.run("startRun", "run { id }", run.clone()).await;
    run["variables"]["quick"] = json!(false);
    let run = owner.client.run("startRun", "run { id }", run).await;
    run["run"]["id"].as_str().expect("an id").to_owned()
}

async fn create_task(by: &Person, name: &str) -> String {
    let due_at = chrono::DateTime::UNIX_EPOCH + Duration::days(365 * 200);
    let task = json!({
        "title": format!("{name} task"), "description": format!("{name} words"), "dueAt": due_at,
    });
    let task = by.client.run("createTask", "task { id }", task).await;
    task["task"]["id"].as_str().expect("an id").to_owned()
}

async fn request_approval(by: &Person, name: &str, role: &str) -> String {
    let approval = json!({
        "title": format!("{name} approval"), "levels": [{ "approvers": [{ "role": role }], "quorum": "all" }],
        "subject": { "entityType": format!("{}_kind", name.to_lowercase()), "entityId": format!("{name} 7") },
    });
    let approval = by.client.run("requestApproval", "approval { id }", approval).await;
    approval["approval"]["id"].as_str().expect("an id").to_owned()
}
