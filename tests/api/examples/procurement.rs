//! Procurement: what happens when nobody approves in time. Its ends are told in `procurement.rs` above.

use crate::support::{Company, Server, eventually, on_each_store};
use chrono::Duration;

#[tokio::test]
async fn apr_4_an_approval_that_waits_too_long_is_asked_of_the_director_too() {
    on_each_store(async |server: &mut Server| {
        let company = Company::found(server).await;
        let director = company.owner.add("Doris Director", &["director"]).await;
        let run = company.start_and_request().await;
        assert!(director.votes().await.is_empty(), "not yet");
        server.clock.advance(Duration::hours(48));
        server.restart().await;
        let director = director.back(server).await;
        eventually("the director is asked", async || {
            (director.votes().await.len() == 1).then_some(())
        })
        .await;
        let company = company.back(server).await;
        assert_eq!(company.head.votes().await.len(), 1, "the head is still asked");
        director.decide(&run, "approval", "APPROVE").await;
        assert!(company.head.votes().await.is_empty(), "it is decided");
        company.officer.task_of(&run, "rfq").await;
        let trail = company.owner.trail(&run).await;
        for happened in ["ApprovalSlaBreached", "ApprovalEscalated", "ApprovalDecided"] {
            let times = trail.iter().filter(|event| *event == happened).count();
            assert_eq!(times, 1, "{happened}: {trail:?}");
        }
    })
    .await;
}
