//! The main job: a procurement, from the request to the purchase order, and to the rejection.

use serde_json::{Value, json};

use crate::support::{Person, Server, on_each_store, publish};

struct Company {
    owner: Person,
    manager: Person,
    head: Person,
    officer: Person,
}

async fn company(server: &Server) -> Company {
    let owner = Person::owner(&server.anonymous, "Olga Owner").await;
    let manager = owner.add("Paul Procurement", &["procurement_manager"]).await;
    let head = owner.add("Dora Head", &["department_head"]).await;
    let officer = owner.add("Otto Officer", &["procurement_officer"]).await;
    publish(&owner, "equipment-procurement").await;
    Company { owner, manager, head, officer }
}

fn solar_simulator() -> Value {
    json!({ "equipment_name": "Solar Simulator", "estimated_cost": 500_000 })
}

/// The types of the events about a run and its work, in the order of the log, with who caused them.
async fn trail(owner: &Person, run: &str) -> Vec<(String, String)> {
    let query = "query($id: ID!) { run(id: $id) { history { nodes { type actor { id } } } } }";
    let data = owner.client.ask(query, json!({ "id": run })).await;
    let nodes = data["run"]["history"]["nodes"].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    nodes.iter().map(|event| (text(&event["type"]), text(&event["actor"]["id"]))).collect()
}

#[tokio::test]
async fn wf_7_a_procurement_runs_to_its_purchase_order() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.owner.start("EQUIPMENT_PROCUREMENT", solar_simulator()).await;
        assert_eq!(company.officer.inbox().await, [] as [Value; 0], "nothing before its turn");
        company.manager.complete(&run, "request", None, json!({})).await;
        company.head.decide(&run, "approval", "APPROVE").await;
        company.officer.complete(&run, "rfq", None, json!({})).await;
        company.manager.complete(&run, "evaluation", None, json!({})).await;
        let last = company.officer.complete(&run, "po_creation", None, json!({})).await;
        let end = json!({ "status": "COMPLETED", "outcome": "completed" });
        assert_eq!(last["task"]["run"], end);
        assert_eq!(company.owner.state_of(&run).await, ("COMPLETED".into(), json!("completed")));
        let trail = trail(&company.owner, &run).await;
        assert_eq!(trail.last().map(|event| event.0.as_str()), Some("RunCompleted"));
        assert_eq!(trail.first().map(|event| event.0.as_str()), Some("RunStarted"));
    })
    .await;
}

#[tokio::test]
async fn wf_7_a_procurement_is_rejected_at_its_approval() {
    on_each_store(async |server: &mut Server| {
        let company = company(server).await;
        let run = company.owner.start("EQUIPMENT_PROCUREMENT", solar_simulator()).await;
        company.manager.complete(&run, "request", None, json!({})).await;
        let decided = company.head.decide(&run, "approval", "REJECT").await;
        assert_eq!(decided["approval"]["outcome"], "REJECTED");
        let end = json!({ "status": "COMPLETED", "outcome": "rejected" });
        assert_eq!(decided["approval"]["run"], end);
        assert_eq!(company.officer.inbox().await, [] as [Value; 0]);
    })
    .await;
}
