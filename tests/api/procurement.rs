//! The main job: a procurement, from the request to the purchase order, and to the rejection.

use serde_json::{Value, json};

use crate::support::{Company, Server, on_each_store};

#[tokio::test]
async fn wf_7_a_procurement_runs_to_its_purchase_order() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start().await;
        assert_eq!(company.officer.inbox().await, [] as [Value; 0], "nothing before its turn");
        company.manager.complete(&run, "request", None, json!({})).await;
        company.head.decide(&run, "approval", "APPROVE").await;
        let last = company.procure(&run).await;
        let end = json!({ "status": "COMPLETED", "outcome": "completed" });
        assert_eq!(last["task"]["run"], end);
        assert_eq!(company.owner.state_of(&run).await, ("COMPLETED".into(), json!("completed")));
        let trail = company.owner.trail(&run).await;
        assert_eq!(trail.last().map(String::as_str), Some("RunCompleted"));
        assert_eq!(trail.first().map(String::as_str), Some("RunStarted"));
    })
    .await;
}

#[tokio::test]
async fn wf_7_a_procurement_is_rejected_at_its_approval() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start_and_request().await;
        let decided = company.head.decide(&run, "approval", "REJECT").await;
        assert_eq!(decided["approval"]["outcome"], "REJECTED");
        let end = json!({ "status": "COMPLETED", "outcome": "rejected" });
        assert_eq!(decided["approval"]["run"], end);
        assert_eq!(company.officer.inbox().await, [] as [Value; 0]);
    })
    .await;
}
