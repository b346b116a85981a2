//! The main job, where a run moves on in a commit after the one that moves it.

use serde_json::{Value, json};

use crate::cli::program::run;
use crate::support::{Company, Person, Server, on_eventstoredb};

async fn done(by: &Person, run: &str, step: &str) {
    by.waits_for(run, step).await;
    by.complete(run, step, None, json!({})).await;
}

async fn decided(company: &Company, run: &str, decision: &str) {
    company.head_is_asked().await;
    company.head.decide(run, "approval", decision).await;
}

#[tokio::test]
async fn log_2_a_procurement_runs_to_its_purchase_order() {
    on_eventstoredb(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start().await;
        done(&company.manager, &run, "request").await;
        decided(&company, &run, "APPROVE").await;
        done(&company.officer, &run, "rfq").await;
        done(&company.manager, &run, "evaluation").await;
        done(&company.officer, &run, "po_creation").await;
        company.ends(&run, "completed").await;
        let trail = company.owner.trail(&run).await;
        assert_eq!(trail.first().map(String::as_str), Some("RunStarted"));
        assert_eq!(trail.last().map(String::as_str), Some("RunCompleted"));
        for (once, times) in [("TaskCreated", 4), ("ApprovalRequested", 1), ("StepActivated", 6)] {
            let found = trail.iter().filter(|event| *event == once).count();
            assert_eq!(found, times, "{once}: {trail:?}");
        }
        stands_up_to_a_look(server).await;
    })
    .await;
}

#[tokio::test]
async fn log_2_a_procurement_is_rejected_at_its_approval() {
    on_eventstoredb(async |server: &mut Server| {
        let company = Company::found(server).await;
        let run = company.start().await;
        done(&company.manager, &run, "request").await;
        decided(&company, &run, "REJECT").await;
        company.ends(&run, "rejected").await;
        assert_eq!(company.officer.inbox().await, [] as [Value; 0]);
    })
    .await;
}

/// Everything that is stored is whole, and the read models are what the log makes of them.
async fn stands_up_to_a_look(server: &mut Server) {
    server.stop().await;
    let verified = run(&server.store, &["verify-store", "--json"]).await;
    assert_eq!(verified.code, 0, "{verified:?}");
    assert_eq!(verified.json()["ok"], true);
    let status = run(&server.store, &["projections", "status", "--json"]).await.json();
    assert_eq!(status["policies"]["position"], status["head"], "{status:#}");
    assert_eq!(status["policies"]["unanswered"], json!([]));
    let projections = status["projections"].as_array().expect("a list");
    // Nobody leads them now; they have come to the end all the same.
    assert!(projections.iter().all(|projection| projection["lag"] == 0), "{status:#}");
}
