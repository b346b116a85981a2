//! Who somebody is, and what they may do, is the same on every node.

use serde_json::{Value, json};

use super::two_nodes;
use crate::support::{Person, eventually};

const VIEWER: &str = "{ viewer { member { id } } }";

#[tokio::test]
async fn log_6_a_token_of_one_node_is_good_on_all_until_its_session_ends() {
    let (server, other) = two_nodes().await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let there = owner.at(&other);
    assert_eq!(there.client.ask(VIEWER, json!({})).await["viewer"]["member"]["id"], owner.member);
    let back = Person::owner(&other.anonymous, "Vera Visitor").await;
    let here = back.client.ask(VIEWER, json!({})).await;
    assert_eq!(here["viewer"]["member"]["id"], back.member);
    owner.client.run("logout", "sessionId", json!({})).await;
    eventually("the session's end counts on the other node", async || {
        let reply = there.client.send(VIEWER, json!({})).await;
        (reply.error_code() == "UNAUTHENTICATED").then_some(())
    })
    .await;
    other.stop().await;
    server.remove().await;
}

#[tokio::test]
async fn log_6_roles_set_on_one_node_count_on_the_others() {
    let (server, other) = two_nodes().await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let anna = owner.add("Anna Auditor", &["auditor"]).await;
    let there = anna.at(&other);
    let trail = "{ auditTrail(first: 1) { nodes { id } } }";
    assert!(there.client.ask(trail, json!({})).await["auditTrail"]["nodes"].is_array());
    for (roles, code) in [(json!(["member"]), "FORBIDDEN"), (json!(["auditor"]), "")] {
        let input = json!({ "memberId": anna.member, "roles": roles });
        owner.client.run("setMemberRoles", "member { roles }", input).await;
        eventually("the roles count on the other node", async || {
            let reply = there.client.send(trail, json!({})).await;
            (reply.error_code() == code).then_some(())
        })
        .await;
    }
    other.stop().await;
    server.remove().await;
}

/// Publishes a workflow of one step for this role, as the next version where it is there already.
async fn publish(by: &Person, workflow: Option<&str>, role: &str) -> String {
    let definition = json!({
        "code": "ASK", "name": "Ask", "start": "ask",
        "steps": [
            { "key": "ask", "type": "task", "assign": { "role": role }, "next": [{ "to": "done" }] },
            { "key": "done", "type": "end", "outcome": "done" },
        ],
    });
    let id = match workflow {
        None => {
            let input = json!({ "definition": definition });
            let created = by.client.run("createWorkflow", "workflow { id }", input).await;
            created["workflow"]["id"].as_str().expect("an id").to_owned()
        }
        Some(id) => {
            let input = json!({ "id": id, "definition": definition });
            by.client.run("updateWorkflow", "workflow { id }", input).await;
            id.to_owned()
        }
    };
    by.client.run("publishWorkflow", "version", json!({ "id": id })).await;
    id
}

#[tokio::test]
async fn log_6_a_version_published_on_one_node_is_started_on_the_others() {
    let (server, other) = two_nodes().await;
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let there = owner.at(&other);
    let workflow = publish(&owner, None, "owner").await;
    let version = async || -> Value {
        let input = json!({
            "workflowCode": "ASK", "subject": { "entityType": "question", "entityId": "1" },
        });
        let started = there.client.run("startRun", "run { workflowVersion }", input).await;
        started["run"]["workflowVersion"].clone()
    };
    assert_eq!(version().await, 1);
    publish(&owner, Some(&workflow), "member").await;
    eventually("the new version is started", async || (version().await == 2).then_some(())).await;
    other.stop().await;
    server.remove().await;
}
