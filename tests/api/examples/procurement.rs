//! Procurement: what happens when nobody approves in time. Its ends are told in `procurement.rs` above.

use chrono::Duration;
use serde_json::json;

use crate::support::{Person, Server, eventually, on_each_store, publish};

#[tokio::test]
async fn apr_4_an_approval_that_waits_too_long_is_asked_of_the_director_too() {
    on_each_store(async |server: &mut Server| {
        let owner = Person::owner(&server.anonymous, "Olga Owner").await;
        let buyer = owner.add("Paul Procurement", &["procurement_manager"]).await;
        let head = owner.add("Dora Head", &["department_head"]).await;
        let director = owner.add("Doris Director", &["director"]).await;
        let officer = owner.add("Otto Officer", &["procurement_officer"]).await;
        publish(&owner, "equipment-procurement").await;
        let wanted = json!({ "equipment_name": "Solar Simulator", "estimated_cost": 500_000 });
        let run = buyer.start("EQUIPMENT_PROCUREMENT", wanted).await;
        buyer.complete(&run, "request", None, json!({})).await;
        assert!(director.votes().await.is_empty(), "not yet");
        server.clock.advance(Duration::hours(48));
        server.restart().await;
        let director = director.back(server).await;
        eventually("the director is asked", async || {
            (director.votes().await.len() == 1).then_some(())
        })
        .await;
        let head = head.back(server).await;
        assert_eq!(head.votes().await.len(), 1, "the head is still asked");
        director.decide(&run, "approval", "APPROVE").await;
        assert!(head.votes().await.is_empty(), "it is decided");
        let officer = officer.back(server).await;
        officer.task_of(&run, "rfq").await;
        let trail = owner.back(server).await.trail(&run).await;
        for happened in ["ApprovalSlaBreached", "ApprovalEscalated", "ApprovalDecided"] {
            let times = trail.iter().filter(|event| *event == happened).count();
            assert_eq!(times, 1, "{happened}: {trail:?}");
        }
    })
    .await;
}
